"""The operator takes a workspace out of service, with a reason its people read, and puts it back. Nothing is lost."""

from sqlalchemy import Connection

from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from trulybot.kit.errors import Conflict, Unprocessable
from trulybot.kit.events import SERVER, Actor, record
from trulybot.kit.texts import N_, with_values
from trulybot.kit.words import sized

LONGEST_REASON = 300


def suspend(connection: Connection, workspace: Workspace, reason: str, actor: Actor) -> None:
    """Raises Unprocessable without a reason, and Conflict where it is not open."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Unprocessable(with_values("Write why, in at most %(number)s characters.", number=LONGEST_REASON))
    if not queries.want(connection, workspace.id, "suspended", "open", reason=reason):
        raise Conflict("Only an open workspace can be suspended.")
    record(connection, actor, N_("Suspended a workspace"), workspace.slug or "", reason)


def suspend_for_room(connection: Connection, workspace: Workspace, size: int) -> None:
    """Because the machine’s disk is nearly full, with `size` bytes of this workspace. Nothing where it is not open."""
    took = sized(size)
    reason = with_values(
        "The machine’s disk is nearly full, and of those that ran this workspace takes the most room: %(size)s.",
        size=took,
    )
    if queries.want(connection, workspace.id, "suspended", "open", reason=reason):
        record(connection, SERVER, N_("Suspended a workspace before the disk was full"), workspace.slug or "", took)
        queries.note_security_event(connection, workspace.id, "filled the disk", took)


def resume(connection: Connection, workspace: Workspace, actor: Actor) -> None:
    """Raises Conflict where it is not suspended."""
    if not queries.want(connection, workspace.id, "open", "suspended"):
        raise Conflict("This workspace is not suspended.")
    record(connection, actor, N_("Resumed a workspace"), workspace.slug or "")
