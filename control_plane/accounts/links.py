"""One-time links: whoever opens one has the mailbox it was mailed to, or the server that printed it."""

from sqlalchemy import Connection

from control_plane.accounts import queries
from control_plane.accounts.models import Link, Purpose
from trulybot.kit.errors import Gone
from trulybot.kit.security import hashed
from trulybot.kit.texts import N_


class UsedLink(Gone):
    def __init__(self) -> None:
        super().__init__(N_("This link was used or has expired. Ask for a new one."))


def link_to(address: str, token: str) -> str:
    return f"{address}/welcome/{token}"


def link_behind(connection: Connection, token: str) -> Link:
    """Raises UsedLink; also for a second step, which is no link that anybody was sent."""
    link = queries.link(connection, hashed(token))
    if link is None or link.purpose == "second step":
        raise UsedLink
    return link


def use(connection: Connection, token: str, *purposes: Purpose) -> Link:
    """Use up a link of one of these purposes, and what it was for; raises UsedLink."""
    link = link_behind(connection, token)
    if link.purpose not in purposes or not queries.use_link(connection, hashed(token)):
        raise UsedLink
    return link
