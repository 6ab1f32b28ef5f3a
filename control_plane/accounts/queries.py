"""All SQL about accounts, their sessions and one-time links. Secrets come in hashed."""

from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, text

from control_plane.accounts.models import Account, Invited, Link, Purpose, Session, SignedIn
from trulybot.kit.clock import now
from trulybot.kit.ranks import PlatformRank
from trulybot.kit.reader import Reader
from trulybot.kit.sessions import LONGEST_ABSENCE, LONGEST_SESSION

T = TypeVar("T")

_ACCOUNT = "SELECT id, email, password_hash, role FROM accounts"
_LIVING = "(sessions.created_at > :oldest AND sessions.seen_at > :longest_unseen)"


def account(connection: Connection, account_id: int) -> Account | None:
    return _one(connection, Account, f"{_ACCOUNT} WHERE id = :id", id=account_id)


def account_with(connection: Connection, email: str) -> Account | None:
    return _one(connection, Account, f"{_ACCOUNT} WHERE email = :email", email=email)


def add_account(connection: Connection, email: str, password_hash: str, role: PlatformRank = "customer") -> int | None:
    """The new account's id; None when there is one with the address."""
    sql = (
        "INSERT INTO accounts (email, password_hash, role, created_at) VALUES (:email, :hash, :role, :now) "
        "ON CONFLICT DO NOTHING RETURNING id"
    )
    values = {"email": email, "hash": password_hash, "role": role, "now": now()}
    return connection.execute(text(sql), values).scalar()


def set_password(connection: Connection, account_id: int, password_hash: str) -> None:
    _run(connection, "UPDATE accounts SET password_hash = :hash WHERE id = :id", hash=password_hash, id=account_id)


def set_email(connection: Connection, account_id: int, email: str) -> bool:
    """Whether the address was free."""
    sql = "UPDATE OR IGNORE accounts SET email = :email WHERE id = :id"
    return _run(connection, sql, email=email, id=account_id) == 1


def set_role(connection: Connection, account_id: int, role: PlatformRank) -> None:
    _run(connection, "UPDATE accounts SET role = :role WHERE id = :id", role=role, id=account_id)


def set_reading(connection: Connection, account_id: int, language: str, time_zone: str, date_format: str) -> None:
    sql = "UPDATE accounts SET language = :language, time_zone = :zone, date_format = :format WHERE id = :id"
    _run(connection, sql, language=language, zone=time_zone, format=date_format, id=account_id)


def reader_of(connection: Connection, account_id: int) -> Reader:
    """How mails to them read."""
    sql = "SELECT language, time_zone, date_format FROM accounts WHERE id = :id"
    row = connection.execute(text(sql), {"id": account_id}).one()
    return msgspec.convert((row.language or "en", row.time_zone or "UTC", row.date_format or "day first"), Reader)


def add_session(connection: Connection, account_id: int, token_hash: bytes, browser: str) -> None:
    _run(connection, f"DELETE FROM sessions WHERE NOT {_LIVING}", **_limits())
    sql = (
        "INSERT INTO sessions (account_id, token_hash, browser, created_at, seen_at) "
        "VALUES (:id, :hash, :browser, :now, :now)"
    )
    _run(connection, sql, id=account_id, hash=token_hash, browser=browser, now=now())
    _run(connection, "UPDATE accounts SET seen_at = :now WHERE id = :id", now=now(), id=account_id)


def session(connection: Connection, token_hash: bytes) -> Session | None:
    """The session, unless it has expired."""
    sql = (
        "SELECT sessions.id, account_id, email, role, sessions.seen_at, language, time_zone, date_format "
        f"FROM sessions JOIN accounts ON accounts.id = account_id WHERE token_hash = :hash AND {_LIVING}"
    )
    return _one(connection, Session, sql, hash=token_hash, **_limits())


def note_session_seen(connection: Connection, session: Session) -> None:
    """In the session and in its account, which outlives it."""
    _run(connection, "UPDATE sessions SET seen_at = :now WHERE id = :id", now=now(), id=session.id)
    _run(connection, "UPDATE accounts SET seen_at = :now WHERE id = :id", now=now(), id=session.account_id)


def end_session(connection: Connection, token_hash: bytes) -> None:
    _run(connection, "DELETE FROM sessions WHERE token_hash = :hash", hash=token_hash)


def end_sessions_of(connection: Connection, account_id: int) -> None:
    _run(connection, "DELETE FROM sessions WHERE account_id = :id", id=account_id)


def sessions_of(connection: Connection, account_id: int, token_hash: bytes) -> list[SignedIn]:
    """The account's, the latest seen first; the one of the hash is the one that asks."""
    sql = (
        "SELECT id, browser, created_at, seen_at, token_hash = :hash AS is_this FROM sessions "
        f"WHERE account_id = :id AND {_LIVING} ORDER BY is_this DESC, seen_at DESC, id DESC"
    )
    rows = connection.execute(text(sql), {"id": account_id, "hash": token_hash, **_limits()}).mappings()
    return [msgspec.convert({**row, "is_this": bool(row["is_this"])}, SignedIn) for row in rows]


def end_one_session(connection: Connection, account_id: int, session_id: int) -> bool:
    sql = "DELETE FROM sessions WHERE id = :session AND account_id = :id"
    return _run(connection, sql, session=session_id, id=account_id) == 1


def end_other_sessions(connection: Connection, account_id: int, token_hash: bytes) -> int:
    """All but the one of the hash; how many those were."""
    sql = "DELETE FROM sessions WHERE account_id = :id AND token_hash != :hash"
    return _run(connection, sql, id=account_id, hash=token_hash)


def add_link(
    connection: Connection,
    purpose: Purpose,
    token_hash: bytes,
    lifetime: int,
    *,
    account_id: int | None = None,
    email: str | None = None,
    workspace_id: str | None = None,
    role: Invited | None = None,
) -> None:
    _run(connection, "DELETE FROM one_time_links WHERE expires_at <= :now", now=now())
    sql = (
        "INSERT INTO one_time_links (token_hash, purpose, account_id, email, workspace_id, role, created_at, "
        "expires_at) VALUES (:hash, :purpose, :account, :email, :workspace, :role, :now, :until)"
    )
    about = {"account": account_id, "email": email, "workspace": workspace_id, "role": role}
    _run(connection, sql, hash=token_hash, purpose=purpose, now=now(), until=now() + lifetime, **about)


def link(connection: Connection, token_hash: bytes) -> Link | None:
    sql = (
        "SELECT purpose, account_id, coalesce(one_time_links.email, accounts.email) AS email, workspace_id, "
        "workspaces.name AS workspace, one_time_links.role FROM one_time_links "
        "LEFT JOIN accounts ON accounts.id = account_id LEFT JOIN workspaces ON workspaces.id = workspace_id "
        "WHERE token_hash = :hash AND expires_at > :now"
    )
    return _one(connection, Link, sql, hash=token_hash, now=now())


def use_link(connection: Connection, token_hash: bytes) -> bool:
    """Whether this call is the one that used it."""
    sql = "DELETE FROM one_time_links WHERE token_hash = :hash AND expires_at > :now"
    return _run(connection, sql, hash=token_hash, now=now()) == 1


def forget_links_to(connection: Connection, account_id: int, purpose: Purpose) -> None:
    _run(connection, "DELETE FROM one_time_links WHERE account_id = :id AND purpose = :purpose", id=account_id,
         purpose=purpose)  # fmt: skip


def forget_links_of(connection: Connection, account_id: int) -> None:
    _run(connection, "DELETE FROM one_time_links WHERE account_id = :id", id=account_id)


def forget_links_with(connection: Connection, email: str, purpose: Purpose) -> None:
    sql = "DELETE FROM one_time_links WHERE email = :email AND purpose = :purpose"
    _run(connection, sql, email=email, purpose=purpose)


def _limits() -> dict[str, int]:
    return {"oldest": now() - LONGEST_SESSION, "longest_unseen": now() - LONGEST_ABSENCE}


def _run(connection: Connection, sql: str, **values: Any) -> int:
    """How many rows it changed."""
    return connection.execute(text(sql), values).rowcount


def _one(connection: Connection, kind: type[T], sql: str, **values: Any) -> T | None:
    row = connection.execute(text(sql), values).mappings().one_or_none()
    return None if row is None else msgspec.convert(dict(row), kind)
