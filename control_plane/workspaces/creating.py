"""A new workspace is a row of desired state; converge and the first visitor do the rest."""

import secrets

from sqlalchemy import Connection

from control_plane.accounts import member_queries
from control_plane.plans import PlanName
from control_plane.workspaces import naming, queries
from control_plane.workspaces.models import Workspace
from trulybot.kit.errors import Conflict, Unprocessable
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_, with_values

LONGEST_NAME = 80
MOST_OWNED = 20


class Taken(Conflict):
    def __init__(self) -> None:
        super().__init__(N_("Somebody has this name, or one that looks like it. Choose another."))


def create(
    connection: Connection, account_id: int, name: str, slug: str, actor: Actor, plan: PlanName = "free"
) -> Workspace:
    """The new workspace, owned by the account. Raises Taken, and Unprocessable for a name that cannot be."""
    name = checked_name(name)
    if problem := naming.problem_with(slug):
        raise Unprocessable(problem)
    if member_queries.owned_by(connection, account_id) >= MOST_OWNED:
        raise Conflict(with_values("One account can own %(number)s workspaces. Close one first.", number=MOST_OWNED))
    workspace_id = f"w{secrets.token_hex(8)}"
    if not queries.add(connection, workspace_id, name, slug, naming.looks_like(slug), plan):
        raise Taken
    member_queries.add(connection, workspace_id, account_id, "owner")
    record(connection, actor, N_("Created a workspace"), slug)
    created = queries.workspace(connection, workspace_id)
    assert created is not None
    return created


def checked_name(typed: str) -> str:
    """Raises Unprocessable."""
    name = " ".join(typed.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Unprocessable(
            with_values("Give the workspace a name of at most %(number)s characters.", number=LONGEST_NAME)
        )
    return name
