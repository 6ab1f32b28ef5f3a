"""The operator has a workspace run, or not, until somebody comes: what is wanted, which converge brings about."""

from sqlalchemy import Connection

from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from trulybot.kit.errors import Conflict
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_, _


def wake(connection: Connection, workspace: Workspace, actor: Actor) -> None:
    """Also tries again what did not start. Raises Conflict where it is not open."""
    if workspace.wanted != "open":
        raise Conflict(_("Only an open workspace can be woken."))
    queries.forget_failures(connection, workspace.id)
    queries.wake(connection, workspace.id)
    record(connection, actor, N_("Woke a workspace"), workspace.slug or "")


def sleep(connection: Connection, workspace: Workspace, actor: Actor) -> None:
    """The next visitor wakes it."""
    queries.sleep(connection, workspace.id, None)
    record(connection, actor, N_("Put a workspace to sleep"), workspace.slug or "")
