"""The owner gives a workspace up: out of service at once, erased after a grace period, until then to be reopened."""

from sqlalchemy import Connection

from control_plane.workspaces import queries
from control_plane.workspaces.models import Wanted, Workspace
from trulybot.kit.clock import DAY, now
from trulybot.kit.errors import Conflict
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_

GRACE = 30 * DAY


def close(connection: Connection, workspace: Workspace, actor: Actor) -> int:
    """When it will be erased. Raises Conflict where it is closed already."""
    erase_at = now() + GRACE
    before = workspace.wanted
    if before not in ("open", "suspended") or not queries.want(
        connection, workspace.id, "closed", before, erase_at=erase_at, reason=workspace.reason
    ):
        raise Conflict("This workspace is closed already.")
    record(connection, actor, N_("Closed a workspace"), workspace.slug or "")
    return erase_at


def reopen(connection: Connection, workspace: Workspace, actor: Actor) -> None:
    """As it was: what the operator had suspended is suspended again. Raises Conflict where it is not closed."""
    wanted: Wanted = "suspended" if workspace.reason else "open"
    if not queries.want(connection, workspace.id, wanted, "closed", reason=workspace.reason):
        raise Conflict("Only a closed workspace can be reopened, and only until it is erased.")
    record(connection, actor, N_("Reopened a workspace"), workspace.slug or "")
