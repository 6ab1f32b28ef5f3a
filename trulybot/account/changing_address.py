"""A person's own e-mail address, with which they sign in."""

from sqlalchemy import Connection

from trulybot.account import queries, signing_in
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_, _


class Taken(Conflict):
    def __init__(self) -> None:
        super().__init__(_("Somebody in the team has this address already."))


async def change(db: Database, staff_id: int, email: str, password: str, actor: Actor) -> None:
    """At once, confirmed by the password; raises WrongPassword, Taken."""
    await signing_in.require_password(db, staff_id, password)
    await db.write(set_address, staff_id, email, actor)


def set_address(connection: Connection, staff_id: int, email: str, actor: Actor) -> None:
    """Links that were made for the address before end. Raises Taken."""
    if not queries.set_email(connection, staff_id, email):
        raise Taken
    queries.forget_links_of(connection, staff_id)
    record(connection, actor, N_("Changed their address"), email)
