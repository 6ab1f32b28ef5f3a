"""The owner points a webhook somewhere, changes its secret, tries it out, and takes it away."""

import secrets

import msgspec
from sqlalchemy import Connection

from trulybot.kit.clock import now
from trulybot.kit.errors import Conflict, NotFound, Unprocessable
from trulybot.kit.events import Actor, record
from trulybot.kit.net.urls import NotAWebAddress, web_address
from trulybot.kit.texts import N_
from trulybot.kit.times import machine
from trulybot.leads import webhook_queries
from trulybot.leads.signing import new_secret
from trulybot.leads.webhook_models import Event


class WrongAddress(Unprocessable):
    pass


def point_to(connection: Connection, url: str, actor: Actor) -> str | None:
    """The secret, where there was no webhook before: it is known only now. Raises WrongAddress."""
    address = _checked(url)
    before = webhook_queries.webhook(connection)
    secret = new_secret()
    webhook_queries.point_to(connection, address, secret)
    record(connection, actor, N_("Pointed the webhook to an address"), address.partition("?")[0])
    return None if before else secret


def change_secret(connection: Connection, actor: Actor) -> str:
    """The new one; for a day what is sent is signed with both. Raises NotFound."""
    secret = new_secret()
    _there(webhook_queries.change_secret(connection, secret))
    record(connection, actor, N_("Changed the webhook’s secret"))
    return secret


def try_out(connection: Connection, actor: Actor) -> None:
    """Raises NotFound."""
    _there(webhook_queries.webhook(connection) is not None)
    delivery_id = f"d_{secrets.token_urlsafe(12)}"
    event = msgspec.json.encode(Event(delivery_id, "trial", machine(now()), None))
    webhook_queries.add(connection, delivery_id, None, event)
    record(connection, actor, N_("Tried the webhook"), delivery_id)


def send_again(connection: Connection, delivery_id: str, actor: Actor) -> None:
    """Raises NotFound, and Conflict where it waits already."""
    if webhook_queries.delivery(connection, delivery_id) is None:
        raise NotFound("This is not in the log any more, which goes back 30 days.")
    if not webhook_queries.send_again(connection, delivery_id):
        raise Conflict("This waits to be sent already.")
    record(connection, actor, N_("Sent a delivery of the webhook again"), delivery_id)


def switch_on(connection: Connection, actor: Actor) -> None:
    _there(webhook_queries.switch_on(connection))
    record(connection, actor, N_("Switched the webhook on"))


def remove(connection: Connection, actor: Actor) -> None:
    _there(webhook_queries.remove(connection))
    record(connection, actor, N_("Removed the webhook"))


def _checked(url: str) -> str:
    """Only encrypted: what is sent says who wants to hear from whom."""
    try:
        address = web_address(url)
    except NotAWebAddress:
        raise WrongAddress("This is no web address. It looks like https://example.com/leads.") from None
    if address.scheme != "https":
        raise WrongAddress("The address must begin with https://, because leads are people’s addresses.")
    return str(address)


def _there(is_there: bool) -> None:
    if not is_there:
        raise NotFound("There is no webhook. Save its address first.")
