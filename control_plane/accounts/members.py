"""Who is in which workspace, as what: the console is where that is decided, and a workspace is told by each pass."""

from sqlalchemy import Connection

from control_plane.accounts import member_queries as queries
from control_plane.accounts.models import Invitation, Invited, Member, Membership
from trulybot.kit.errors import Conflict, Forbidden, NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.ranks import Rank, reaches, refusal
from trulybot.kit.texts import N_


class NoWorkspace(NotFound):
    """There is none, or it is none of theirs: nobody is told which."""

    def __init__(self) -> None:
        super().__init__(N_("There is no such workspace, or you are not a member of it."))


class OwnerStays(Conflict):
    def __init__(self) -> None:
        super().__init__(N_("A workspace always has an owner. Hand over ownership first."))


def role_in(connection: Connection, workspace_id: str, account_id: int) -> Rank | None:
    return queries.role_in(connection, workspace_id, account_id)


def require(connection: Connection, workspace_id: str, account_id: int, rank: Rank) -> Rank:
    """Their role, if it is of the rank or a higher one. Raises NoWorkspace, Forbidden."""
    role = queries.role_in(connection, workspace_id, account_id)
    if role is None:
        raise NoWorkspace
    if not reaches(role, rank):
        raise Forbidden(refusal(rank, is_program=False))
    return role


def workspaces_of(connection: Connection, account_id: int) -> list[Membership]:
    """Each a (workspace_id, role), their own first."""
    return queries.workspaces_of(connection, account_id)


def members_of(connection: Connection, workspace_id: str) -> list[Member]:
    """The owner first, then by the address."""
    return queries.members(connection, workspace_id)


def invitations_to(connection: Connection, workspace_id: str) -> list[Invitation]:
    """Those that still work, the latest first."""
    return queries.invitations(connection, workspace_id)


def change_role(connection: Connection, workspace_id: str, account_id: int, role: Invited, actor: Actor) -> None:
    """It holds when they next go in. Raises NotFound, OwnerStays."""
    before = _member(connection, workspace_id, account_id)
    if not queries.set_role(connection, workspace_id, account_id, role):
        raise OwnerStays
    record(connection, actor, N_("Changed a role"), before.email, f"{workspace_id} {before.role} → {role}")


def remove(connection: Connection, workspace_id: str, account_id: int, actor: Actor) -> None:
    """They go in no more; a session they have there ends within its hour. Raises NotFound, OwnerStays."""
    gone = _member(connection, workspace_id, account_id)
    if not queries.remove(connection, workspace_id, account_id):
        raise OwnerStays
    record(connection, actor, N_("Removed a member"), gone.email, f"{workspace_id} {gone.role}")


def leave(connection: Connection, workspace_id: str, account_id: int, actor: Actor) -> None:
    """By oneself. Raises NoWorkspace, OwnerStays."""
    role = require(connection, workspace_id, account_id, "viewer")
    if not queries.remove(connection, workspace_id, account_id):
        raise OwnerStays
    record(connection, actor, N_("Left a workspace"), workspace_id, role)


def hand_over(connection: Connection, workspace_id: str, owner_id: int, account_id: int, actor: Actor) -> None:
    """The owner becomes an admin. Raises NotFound, Conflict."""
    successor = _member(connection, workspace_id, account_id)
    if not queries.hand_over(connection, workspace_id, owner_id, account_id):
        raise Conflict("Only the owner can hand over, and only to another member.")
    record(connection, actor, N_("Handed over ownership"), successor.email, workspace_id)


def _member(connection: Connection, workspace_id: str, account_id: int) -> Member:
    found = [member for member in queries.members(connection, workspace_id) if member.account_id == account_id]
    if not found:
        raise NotFound("There is no such member. They may have left.")
    return found[0]
