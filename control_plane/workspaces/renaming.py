"""Another name to show, or another slug: then the old address leads nowhere, and somebody else may take it."""

from sqlalchemy import Connection

from control_plane.workspaces import naming, queries
from control_plane.workspaces.creating import Taken, checked_name
from control_plane.workspaces.models import Workspace
from trulybot.kit.errors import Unprocessable
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_


def rename(connection: Connection, workspace: Workspace, name: str, actor: Actor) -> None:
    """Raises Unprocessable."""
    name = checked_name(name)
    if name != workspace.name:
        queries.rename(connection, workspace.id, name)
        record(connection, actor, N_("Renamed a workspace"), workspace.slug or "", f"{workspace.name} → {name}")


def change_slug(connection: Connection, workspace: Workspace, slug: str, actor: Actor) -> None:
    """Raises Unprocessable and Taken."""
    if slug == workspace.slug:
        return
    if problem := naming.problem_with(slug):
        raise Unprocessable(problem)
    if not queries.set_slug(connection, workspace.id, slug, naming.looks_like(slug)):
        raise Taken
    record(connection, actor, N_("Changed a workspace’s address"), slug, f"{workspace.slug} → {slug}")
