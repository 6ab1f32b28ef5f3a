"""A name of the owner's own: asked for, then proven by a DNS record or a page, then in use."""

import re
from collections.abc import Collection

from sqlalchemy import Connection

from control_plane.workspaces import queries
from control_plane.workspaces.models import Domain, Workspace
from control_plane.workspaces.proving import Proving
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, NotFound, Unprocessable
from trulybot.kit.events import Actor, record
from trulybot.kit.security import new_token
from trulybot.kit.texts import N_, with_values

LONGEST = 80  # characters; a path with it has to fit into a unix socket's
MOST = 10

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"({_LABEL}\.)+{_LABEL}")


class NotProven(Unprocessable):
    def __init__(self) -> None:
        super().__init__(
            N_("Neither the DNS record nor the page is there yet. A new record can take an hour to be seen; try again.")
        )


def normal_domain(typed: str, ours: Collection[str]) -> str:
    """In lower case and ASCII, as DNS has it. Raises Unprocessable, also for one of our own names or below it."""
    import idna

    try:
        name = idna.encode(typed.strip().rstrip("."), uts46=True, std3_rules=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        name = ""
    if not _NAME.fullmatch(name) or len(name) > LONGEST or name.rpartition(".")[2].isdecimal():
        raise Unprocessable("Write a whole domain name, such as chat.example.com, of at most 80 characters.")
    if any(name == own or name.endswith(f".{own}") for own in (*ours, "localhost")):
        raise Unprocessable("This name is ours. Use a domain of your own.")
    return name


def add(connection: Connection, workspace: Workspace, name: str, actor: Actor) -> Domain:
    """Ask for a normal name. Raises Conflict where somebody else has proven it."""
    known = queries.domains(connection, workspace.id)
    if any(each.name == name for each in known):
        raise Conflict("This name is in the list already.")
    if len(known) >= MOST:
        raise Conflict(with_values("A workspace can have %(number)s domains. Remove one first.", number=MOST))
    if not queries.add_domain(connection, workspace.id, name, new_token()):
        raise Conflict("This name belongs to another workspace. Remove it there first.")
    record(connection, actor, N_("Added a domain"), workspace.slug or "", name)
    return _found(connection, workspace, name)


async def verify(db: Database, proving: Proving, workspace: Workspace, name: str, actor: Actor) -> None:
    """Look whether the token can be seen, and take the name into use. Raises NotFound and NotProven."""
    domain = await db.read(_found, workspace, name)
    if domain.verified_at is None:
        if not await proving.shows(name, domain.token):
            raise NotProven
        await db.write(_verify, workspace, domain, actor)


def remove(connection: Connection, workspace: Workspace, name: str, actor: Actor) -> None:
    """Raises NotFound."""
    if not queries.remove_domain(connection, workspace.id, name):
        raise _no_such()
    record(connection, actor, N_("Removed a domain"), workspace.slug or "", name)


def _verify(connection: Connection, workspace: Workspace, domain: Domain, actor: Actor) -> None:
    if not queries.verify_domain(connection, workspace.id, domain.name, domain.token):
        raise _no_such()
    record(connection, actor, N_("Verified a domain"), workspace.slug or "", domain.name)


def _found(connection: Connection, workspace: Workspace, name: str) -> Domain:
    domain = queries.domain(connection, workspace.id, name)
    if domain is None:
        raise _no_such()
    return domain


def _no_such() -> NotFound:
    return NotFound("There is no such domain here. It may have been removed.")
