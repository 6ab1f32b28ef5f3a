"""A workspace, fetched through whoever asks: what is none of theirs is not there for them."""

from typing import NamedTuple

from sqlalchemy import Connection

from control_plane.accounts import members
from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from trulybot.kit.ranks import Rank, reaches


class Mine(NamedTuple):
    """A workspace, and what somebody is in it."""

    workspace: Workspace
    role: Rank

    def may(self, rank: Rank) -> bool:
        return reaches(self.role, rank)


def mine(connection: Connection, account_id: int, workspace_id: str, rank: Rank = "viewer") -> Mine:
    """Raises NoWorkspace where they are no member, or it is erased, and Forbidden where their role is lower."""
    role = members.require(connection, workspace_id, account_id, rank)
    workspace = queries.workspace(connection, workspace_id)
    if workspace is None or workspace.wanted == "erased":
        raise members.NoWorkspace
    return Mine(workspace, role)


def all_mine(connection: Connection, account_id: int) -> list[Mine]:
    """Their own first, then as they joined."""
    memberships = members.workspaces_of(connection, account_id)
    found = {workspace.id: workspace for workspace in queries.workspaces(connection)} if memberships else {}
    return [
        Mine(found[workspace_id], role)
        for workspace_id, role in memberships
        if workspace_id in found and found[workspace_id].wanted != "erased"
    ]
