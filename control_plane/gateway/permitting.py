"""An owner or admin says in the console where their workspace may send to, and takes it back."""

from sqlalchemy import Connection

from control_plane.gateway import queries
from control_plane.gateway.models import Kind
from trulybot.kit.emails import normal_email
from trulybot.kit.errors import NotFound, Unprocessable
from trulybot.kit.events import Actor, record
from trulybot.kit.net.urls import NotAWebAddress, web_address
from trulybot.kit.texts import N_


class WrongValue(Unprocessable):
    pass


def permit(connection: Connection, workspace_id: str, kind: Kind, value: str, actor: Actor) -> None:
    """A host for webhooks, or an address that answers to mails go to. Raises WrongValue."""
    checked = _checked(kind, value)
    if queries.grant(connection, workspace_id, kind, checked):
        record(connection, actor, N_("Allowed a workspace to send to"), workspace_id, f"{kind} {checked}")


def forbid(connection: Connection, workspace_id: str, kind: Kind, value: str, actor: Actor) -> None:
    """What was allowed, or what it asks for. Raises NotFound."""
    if not queries.withdraw(connection, workspace_id, kind, value):
        raise NotFound("There is no such permission any more.")
    record(connection, actor, N_("Forbade a workspace to send to"), workspace_id, f"{kind} {value}")


def _checked(kind: Kind, value: str) -> str:
    if kind == "reply-to":
        address = normal_email(value)
        if address is None:
            raise WrongValue("This is no e-mail address. It looks like name@example.com.")
        return address
    try:
        return web_address(f"https://{value.strip()}/").host
    except NotAWebAddress:
        raise WrongValue("This is no host name. It looks like hooks.example.com.") from None
