"""All SQL of the gateway."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, text

from control_plane.gateway.models import Call, Caller, Kind, Permission
from trulybot.kit.clock import now


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


def is_granted(connection: Connection, workspace_id: str, kind: Kind, value: str) -> bool:
    sql = (
        "SELECT granted_at FROM permissions WHERE workspace_id = :id AND kind = :kind AND value = :value "
        "AND granted_at IS NOT NULL"
    )
    return connection.execute(text(sql), {"id": workspace_id, "kind": kind, "value": value}).scalar() is not None


def ask(connection: Connection, workspace_id: str, kind: Kind, value: str, most: int) -> None:
    """Unless it is asked for or granted already, or `most` of this workspace's wait."""
    sql = (
        "INSERT INTO permissions (workspace_id, kind, value, asked_at) SELECT :id, :kind, :value, :now "
        "WHERE (SELECT count(*) FROM permissions WHERE workspace_id = :id AND granted_at IS NULL) < :most "
        "ON CONFLICT DO NOTHING"
    )
    values = {"id": workspace_id, "kind": kind, "value": value, "now": now(), "most": most}
    connection.execute(text(sql), values)


def grant(connection: Connection, workspace_id: str, kind: Kind, value: str) -> bool:
    """Whether it was not granted before. It need not have been asked for."""
    sql = (
        "INSERT INTO permissions (workspace_id, kind, value, asked_at, granted_at) "
        "VALUES (:id, :kind, :value, :now, :now) "
        "ON CONFLICT DO UPDATE SET granted_at = :now WHERE granted_at IS NULL"
    )
    values = {"id": workspace_id, "kind": kind, "value": value, "now": now()}
    return connection.execute(text(sql), values).rowcount == 1


def withdraw(connection: Connection, workspace_id: str, kind: Kind, value: str) -> bool:
    """Whether there was such a one, granted or asked for."""
    sql = "DELETE FROM permissions WHERE workspace_id = :id AND kind = :kind AND value = :value"
    return connection.execute(text(sql), {"id": workspace_id, "kind": kind, "value": value}).rowcount == 1


def permissions(connection: Connection, workspace_id: str) -> list[Permission]:
    """Those that wait come first."""
    sql = (
        "SELECT kind, value, asked_at, granted_at FROM permissions WHERE workspace_id = :id "
        "ORDER BY granted_at IS NOT NULL, kind, value"
    )
    rows = connection.execute(text(sql), {"id": workspace_id}).mappings()
    return [msgspec.convert(dict(row), Permission) for row in rows]
