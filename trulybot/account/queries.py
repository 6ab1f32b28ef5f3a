"""All SQL about staff, their sessions, links and keys. Secrets come in hashed."""

from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, text

from trulybot.account.models import (
    ApiKey,
    Link,
    Purpose,
    Scope,
    Session,
    SignedIn,
    Staff,
)
from trulybot.kit.clock import now
from trulybot.kit.ranks import Rank
from trulybot.kit.reader import Reader
from trulybot.kit.sessions import LONGEST_ABSENCE

T = TypeVar("T")


def owner(connection: Connection) -> Staff | None:
    return _one(connection, Staff, "SELECT id, email, password_hash, role FROM staff WHERE role = 'owner'")


def staff_with(connection: Connection, email: str) -> Staff | None:
    sql = "SELECT id, email, password_hash, role FROM staff WHERE email = :email"
    return _one(connection, Staff, sql, email=email)


def staff_by(connection: Connection, staff_id: int) -> Staff | None:
    return _one(connection, Staff, "SELECT id, email, password_hash, role FROM staff WHERE id = :id", id=staff_id)


def add_staff(connection: Connection, email: str, password_hash: str, role: Rank) -> int | None:
    """The new person's id; None when the address, or the one place of the owner, is taken."""
    return connection.execute(
        text(
            "INSERT INTO staff (email, password_hash, role, created_at) VALUES (:email, :hash, :role, :now) "
            "ON CONFLICT DO NOTHING RETURNING id"
        ),
        {"email": email, "hash": password_hash, "role": role, "now": now()},
    ).scalar()


def set_password(connection: Connection, staff_id: int, password_hash: str) -> None:
    connection.execute(
        text("UPDATE staff SET password_hash = :hash WHERE id = :id"), {"hash": password_hash, "id": staff_id}
    )


def set_email(connection: Connection, staff_id: int, email: str) -> bool:
    """Whether the address was free."""
    sql = "UPDATE OR IGNORE staff SET email = :email WHERE id = :id"
    return connection.execute(text(sql), {"email": email, "id": staff_id}).rowcount == 1


def set_reading(connection: Connection, staff_id: int, language: str, time_zone: str, date_format: str) -> None:
    sql = "UPDATE staff SET language = :language, time_zone = :zone, date_format = :format WHERE id = :id"
    values = {"language": language, "zone": time_zone, "format": date_format, "id": staff_id}
    connection.execute(text(sql), values)


def show_as(connection: Connection, staff_id: int, name: str | None) -> None:
    connection.execute(text("UPDATE staff SET shown_as = :name WHERE id = :id"), {"name": name, "id": staff_id})


def reader_of(connection: Connection, staff_id: int) -> Reader:
    """How mails to them read."""
    sql = "SELECT language, time_zone, date_format FROM staff WHERE id = :id"
    row = connection.execute(text(sql), {"id": staff_id}).one()
    return msgspec.convert((row.language or "en", row.time_zone or "UTC", row.date_format or "day first"), Reader)


def add_session(connection: Connection, staff_id: int, token_hash: bytes, browser: str, ends_at: int) -> None:
    connection.execute(text("DELETE FROM sessions WHERE NOT " + _LIVING), _limits())
    connection.execute(
        text(
            "INSERT INTO sessions (staff_id, token_hash, browser, created_at, seen_at, ends_at) "
            "VALUES (:staff_id, :token_hash, :browser, :now, :now, :ends_at)"
        ),
        {"staff_id": staff_id, "token_hash": token_hash, "browser": browser, "now": now(), "ends_at": ends_at},
    )
    connection.execute(text("UPDATE staff SET seen_at = :now WHERE id = :id"), {"now": now(), "id": staff_id})


def session(connection: Connection, token_hash: bytes) -> Session | None:
    """The session, unless it has expired."""
    sql = (
        "SELECT sessions.id, staff_id, email, role, sessions.seen_at, shown_as, language, time_zone, date_format "
        "FROM sessions JOIN staff ON staff.id = staff_id WHERE token_hash = :token_hash AND " + _LIVING
    )
    return _one(connection, Session, sql, token_hash=token_hash, **_limits())


def note_session_seen(connection: Connection, session: Session) -> None:
    """In the session and in its person, who outlives it."""
    connection.execute(text("UPDATE sessions SET seen_at = :now WHERE id = :id"), {"now": now(), "id": session.id})
    connection.execute(text("UPDATE staff SET seen_at = :now WHERE id = :id"), {"now": now(), "id": session.staff_id})


def end_session(connection: Connection, token_hash: bytes) -> None:
    connection.execute(text("DELETE FROM sessions WHERE token_hash = :token_hash"), {"token_hash": token_hash})


def end_sessions_of(connection: Connection, staff_id: int) -> None:
    connection.execute(text("DELETE FROM sessions WHERE staff_id = :staff_id"), {"staff_id": staff_id})


def sessions_of(connection: Connection, staff_id: int, token_hash: bytes) -> list[SignedIn]:
    """The person's, the latest seen first; the one of the hash is the one that asks."""
    sql = (
        "SELECT id, browser, created_at, seen_at, token_hash = :token_hash AS is_this FROM sessions "
        "WHERE staff_id = :staff_id AND " + _LIVING + " ORDER BY is_this DESC, seen_at DESC, id DESC"
    )
    rows = connection.execute(text(sql), {"staff_id": staff_id, "token_hash": token_hash, **_limits()}).mappings()
    return [msgspec.convert({**row, "is_this": bool(row["is_this"])}, SignedIn) for row in rows]


def end_one_session(connection: Connection, staff_id: int, session_id: int) -> bool:
    sql = "DELETE FROM sessions WHERE id = :id AND staff_id = :staff_id"
    return connection.execute(text(sql), {"id": session_id, "staff_id": staff_id}).rowcount == 1


def end_other_sessions(connection: Connection, staff_id: int, token_hash: bytes) -> int:
    """All but the one of the hash; how many those were."""
    sql = "DELETE FROM sessions WHERE staff_id = :staff_id AND token_hash != :token_hash"
    return connection.execute(text(sql), {"staff_id": staff_id, "token_hash": token_hash}).rowcount


def add_link(
    connection: Connection,
    purpose: Purpose,
    staff_id: int | None,
    token_hash: bytes,
    expires_at: int,
    email: str | None = None,
    role: Scope | None = None,
) -> None:
    connection.execute(text("DELETE FROM one_time_links WHERE expires_at <= :now"), {"now": now()})
    connection.execute(
        text(
            "INSERT INTO one_time_links (token_hash, purpose, staff_id, email, role, created_at, expires_at) "
            "VALUES (:token_hash, :purpose, :staff_id, :email, :role, :now, :expires_at)"
        ),
        {
            "token_hash": token_hash,
            "purpose": purpose,
            "staff_id": staff_id,
            "email": email,
            "role": role,
            "now": now(),
            "expires_at": expires_at,
        },
    )


def link(connection: Connection, token_hash: bytes) -> Link | None:
    sql = (
        "SELECT purpose, staff_id, one_time_links.role, coalesce(one_time_links.email, staff.email) AS email "
        "FROM one_time_links LEFT JOIN staff ON staff.id = staff_id "
        "WHERE token_hash = :token_hash AND expires_at > :now"
    )
    return _one(connection, Link, sql, token_hash=token_hash, now=now())


def use_link(connection: Connection, token_hash: bytes) -> bool:
    """Whether this call is the one that used it."""
    used = connection.execute(
        text("DELETE FROM one_time_links WHERE token_hash = :token_hash AND expires_at > :now"),
        {"token_hash": token_hash, "now": now()},
    )
    return used.rowcount == 1


def forget_links(connection: Connection, purpose: Purpose) -> None:
    connection.execute(text("DELETE FROM one_time_links WHERE purpose = :purpose"), {"purpose": purpose})


def forget_links_to(connection: Connection, staff_id: int, purpose: Purpose) -> None:
    sql = "DELETE FROM one_time_links WHERE staff_id = :staff_id AND purpose = :purpose"
    connection.execute(text(sql), {"staff_id": staff_id, "purpose": purpose})


def forget_links_of(connection: Connection, staff_id: int) -> None:
    connection.execute(text("DELETE FROM one_time_links WHERE staff_id = :staff_id"), {"staff_id": staff_id})


def add_api_key(connection: Connection, name: str, scope: Scope, key_hash: bytes) -> None:
    connection.execute(
        text("INSERT INTO api_keys (name, scope, key_hash, created_at) VALUES (:name, :scope, :key_hash, :now)"),
        {"name": name, "scope": scope, "key_hash": key_hash, "now": now()},
    )


def api_key(connection: Connection, key_hash: bytes) -> ApiKey | None:
    sql = "SELECT id, name, scope, created_at, last_used_at FROM api_keys WHERE key_hash = :key_hash"
    return _one(connection, ApiKey, sql, key_hash=key_hash)


def api_keys(connection: Connection) -> list[ApiKey]:
    rows = connection.execute(
        text("SELECT id, name, scope, created_at, last_used_at FROM api_keys ORDER BY id")
    ).mappings()
    return [msgspec.convert(dict(row), ApiKey) for row in rows]


def note_api_key_used(connection: Connection, key_id: int) -> None:
    connection.execute(text("UPDATE api_keys SET last_used_at = :now WHERE id = :id"), {"now": now(), "id": key_id})


def delete_api_key(connection: Connection, key_id: int) -> str | None:
    """The name of the key that is gone; None when there was none."""
    return connection.execute(text("DELETE FROM api_keys WHERE id = :id RETURNING name"), {"id": key_id}).scalar()


_LIVING = "(sessions.ends_at > :now AND sessions.seen_at > :longest_unseen)"


def _limits() -> dict[str, int]:
    return {"now": now(), "longest_unseen": now() - LONGEST_ABSENCE}


def _one(connection: Connection, kind: type[T], sql: str, **values: Any) -> T | None:
    row = connection.execute(text(sql), values).mappings().one_or_none()
    return None if row is None else msgspec.convert(dict(row), kind)
