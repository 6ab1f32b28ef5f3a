"""All SQL about the mails that workspaces have us write."""

from typing import Any

from sqlalchemy import Connection, text

from trulybot.kit.clock import DAY, now


def note(connection: Connection, workspace_id: str, key: str, audience: str, recipient_hash: str, consent: str) -> bool:
    """False where this mail was written before."""
    sql = (
        "INSERT INTO gateway_mails (workspace_id, key, audience, recipient_hash, consent, at) "
        "VALUES (:id, :key, :audience, :recipient, :consent, :now) ON CONFLICT DO NOTHING"
    )
    values = {"id": workspace_id, "key": key, "audience": audience, "recipient": recipient_hash}
    return connection.execute(text(sql), {**values, "consent": consent[:300], "now": now()}).rowcount == 1


def of_today(connection: Connection, workspace_id: str, audience: str) -> int:
    """How many of the last 24 hours."""
    sql = "SELECT count(*) FROM gateway_mails WHERE workspace_id = :id AND audience = :audience AND at > :since"
    return _counted(connection, sql, {"id": workspace_id, "audience": audience, "since": now() - DAY})


def to_one_today(connection: Connection, recipient_hash: str) -> int:
    sql = "SELECT count(*) FROM gateway_mails WHERE recipient_hash = :recipient AND audience = 'lead' AND at > :since"
    return _counted(connection, sql, {"recipient": recipient_hash, "since": now() - DAY})


def clear(connection: Connection, before: int) -> None:
    """Whoever stopped a workspace's mails stays."""
    connection.execute(text("DELETE FROM gateway_mails WHERE at < :before"), {"before": before})


def stop(connection: Connection, workspace_id: str, recipient_hash: str) -> None:
    sql = (
        "INSERT INTO stopped_mails (workspace_id, recipient_hash, at) VALUES (:id, :recipient, :now) "
        "ON CONFLICT DO NOTHING"
    )
    connection.execute(text(sql), {"id": workspace_id, "recipient": recipient_hash, "now": now()})


def is_stopped(connection: Connection, workspace_id: str, recipient_hash: str) -> bool:
    sql = "SELECT 1 FROM stopped_mails WHERE workspace_id = :id AND recipient_hash = :recipient"
    values = {"id": workspace_id, "recipient": recipient_hash}
    return connection.execute(text(sql), values).scalar() is not None


def is_member(connection: Connection, workspace_id: str, email: str) -> bool:
    """Whether this is the address of somebody in the workspace; accounts have proven theirs."""
    sql = "SELECT 1 FROM members JOIN accounts ON accounts.id = account_id WHERE workspace_id = :id AND email = :email"
    return connection.execute(text(sql), {"id": workspace_id, "email": email}).scalar() is not None


def _counted(connection: Connection, sql: str, values: dict[str, Any]) -> int:
    count: int = connection.execute(text(sql), values).scalar_one()
    return count
