"""All SQL about the second step of signing in: secrets, the codes that were used, recovery codes."""

from collections.abc import Iterable

from sqlalchemy import Connection, text

from trulybot.kit.clock import now


def begin(connection: Connection, account_id: int, secret: str) -> None:
    """A secret that proves nothing yet; one that was begun before and never confirmed is forgotten."""
    sql = (
        "INSERT INTO second_steps (account_id, secret, begun_at) VALUES (:id, :secret, :now) ON CONFLICT (account_id) "
        "DO UPDATE SET secret = excluded.secret, begun_at = excluded.begun_at, used = 0 WHERE confirmed_at IS NULL"
    )
    connection.execute(text(sql), {"id": account_id, "secret": secret, "now": now()})


def secret_of(connection: Connection, account_id: int) -> tuple[str, bool] | None:
    """The secret and whether it is confirmed."""
    sql = "SELECT secret, confirmed_at IS NOT NULL FROM second_steps WHERE account_id = :id"
    row = connection.execute(text(sql), {"id": account_id}).one_or_none()
    return None if row is None else (row[0], bool(row[1]))


def confirm(connection: Connection, account_id: int) -> None:
    sql = "UPDATE second_steps SET confirmed_at = :now WHERE account_id = :id AND confirmed_at IS NULL"
    connection.execute(text(sql), {"now": now(), "id": account_id})


def use_time_step(connection: Connection, account_id: int, time_step: int) -> bool:
    """Whether no code of this time step, or a later one, was used before."""
    sql = "UPDATE second_steps SET used = :step WHERE account_id = :id AND used < :step"
    return connection.execute(text(sql), {"step": time_step, "id": account_id}).rowcount == 1


def use_recovery_code(connection: Connection, account_id: int, code_hash: bytes) -> bool:
    """Whether this call is the one that used it."""
    sql = "DELETE FROM recovery_codes WHERE account_id = :id AND code_hash = :hash"
    return connection.execute(text(sql), {"id": account_id, "hash": code_hash}).rowcount == 1


def set_recovery_codes(connection: Connection, account_id: int, hashes: Iterable[bytes]) -> None:
    connection.execute(text("DELETE FROM recovery_codes WHERE account_id = :id"), {"id": account_id})
    sql = "INSERT INTO recovery_codes (account_id, code_hash) VALUES (:id, :hash)"
    connection.execute(text(sql), [{"id": account_id, "hash": each} for each in hashes])


def recovery_codes_left(connection: Connection, account_id: int) -> int:
    sql = "SELECT count(*) FROM recovery_codes WHERE account_id = :id"
    return int(connection.execute(text(sql), {"id": account_id}).scalar_one())


def delete(connection: Connection, account_id: int) -> bool:
    return connection.execute(text("DELETE FROM second_steps WHERE account_id = :id"), {"id": account_id}).rowcount == 1
