"""All SQL of the gateway."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, text

from control_plane.gateway.models import Call, Caller


def caller(connection: Connection, token_hash: bytes) -> Caller | None:
    """Nobody, where the workspace is not to run."""
    sql = (
        "SELECT workspaces.id AS workspace, plan FROM tokens JOIN workspaces ON workspaces.id = workspace_id "
        "WHERE token_hash = :hash AND wanted = 'open'"
    )
    row = connection.execute(text(sql), {"hash": token_hash}).mappings().one_or_none()
    return msgspec.convert(dict(row), Caller) if row else None


def note_calls(connection: Connection, calls: Sequence[Call]) -> None:
    sql = (
        "INSERT INTO gateway_calls (at, workspace_id, verb, status, milliseconds, amount) "
        "VALUES (:at, :workspace, :verb, :status, :milliseconds, :amount)"
    )
    connection.execute(text(sql), [msgspec.structs.asdict(call) for call in calls])


def calls(connection: Connection, workspace_id: str, most: int) -> list[Call]:
    """The latest first."""
    sql = (
        "SELECT at, workspace_id AS workspace, verb, status, milliseconds, amount FROM gateway_calls "
        "WHERE workspace_id = :id ORDER BY id DESC LIMIT :most"
    )
    rows = connection.execute(text(sql), {"id": workspace_id, "most": most}).mappings()
    return [msgspec.convert(dict(row), Call) for row in rows]


def clear_calls(connection: Connection, before: int) -> None:
    connection.execute(text("DELETE FROM gateway_calls WHERE at < :before"), {"before": before})
