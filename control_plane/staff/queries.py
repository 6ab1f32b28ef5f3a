"""All SQL with which the operator looks over the tables of the other rooms."""

from typing import Any, cast

import msgspec
from sqlalchemy import Connection, text

from control_plane.staff.models import Owned, SecurityEvent, Sought
from control_plane.workspaces import queries as workspaces
from control_plane.workspaces.models import MOST_FAILURES, State
from trulybot.kit.lists import Place

# As Workspace.state has it.
_STATE = (
    f"CASE WHEN wanted != 'open' THEN wanted WHEN failures >= {MOST_FAILURES} THEN 'broken' "
    "WHEN is_awake = 1 THEN 'awake' ELSE 'asleep' END"
)
_OWNED = (
    "workspaces LEFT JOIN members ON members.workspace_id = workspaces.id AND members.role = 'owner' "
    "LEFT JOIN accounts ON accounts.id = members.account_id"
)


def found(connection: Connection, sought: Sought, most: int, after: Place | None = None) -> list[Owned]:
    """The youngest first."""
    where, values = _where(sought)
    if after is not None:
        where += " AND (workspaces.created_at, workspaces.id) < (:at, :id)"
        values |= {"at": after[0], "id": after[1]}
    sql = (
        f"SELECT workspaces.id, email FROM {_OWNED} WHERE {where} "
        "ORDER BY workspaces.created_at DESC, workspaces.id DESC LIMIT :most"
    )
    rows = connection.execute(text(sql), {**values, "most": most}).all()
    return [_owned(connection, workspace_id, owner) for workspace_id, owner in rows]


def owned(connection: Connection, workspace_id: str) -> Owned | None:
    sql = f"SELECT workspaces.id, email FROM {_OWNED} WHERE workspaces.id = :id"
    row = connection.execute(text(sql), {"id": workspace_id}).one_or_none()
    return _owned(connection, *row) if row else None


def counts(connection: Connection) -> dict[State, int]:
    """How many are in each state that any is in."""
    rows = connection.execute(text(f"SELECT {_STATE} AS state, count(*) FROM workspaces GROUP BY state"))
    return {cast(State, state): number for state, number in rows}


def security_events(
    connection: Connection, most: int, before: int | None = None, workspace_id: str | None = None
) -> list[SecurityEvent]:
    """The latest first, of all workspaces or of one; `before` is the id of the last one seen."""
    sql = (
        "SELECT security_events.id AS id, at, workspace_id, name AS workspace, kind, detail "
        "FROM security_events LEFT JOIN workspaces ON workspaces.id = workspace_id "
        "WHERE (:before IS NULL OR security_events.id < :before) AND (:id IS NULL OR workspace_id = :id) "
        "ORDER BY security_events.id DESC LIMIT :most"
    )
    rows = connection.execute(text(sql), {"before": before, "id": workspace_id, "most": most}).mappings()
    return [msgspec.convert(dict(row), SecurityEvent) for row in rows]


def _owned(connection: Connection, workspace_id: str, owner: str | None) -> Owned:
    workspace = workspaces.workspace(connection, workspace_id)
    assert workspace is not None
    return Owned(workspace, owner)


def _where(sought: Sought) -> tuple[str, dict[str, Any]]:
    where, values = "wanted != 'erased'", dict[str, Any]()
    if sought.state:
        where, values["state"] = f"{_STATE} = :state", sought.state
    for number, word in enumerate(sought.words.split()[:8]):
        searched = "name || ' ' || coalesce(slug, '') || ' ' || coalesce(email, '')"
        where += f" AND instr(lower({searched}), lower(:word{number})) > 0"
        values[f"word{number}"] = word
    return where, values
