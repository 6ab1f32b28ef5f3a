"""The audit log: who did what, from where, when. It only grows, and holds nothing about visitors.

`record` runs in the transaction of the change itself, so there is never one without the other.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, text

from trulybot.kit.clock import now

LONGEST = 300  # characters of a subject or a detail

_COLUMNS = "id, at, actor, is_program, address, action, subject, detail"


_OLDEST = "SELECT id FROM (SELECT id, at FROM events ORDER BY id LIMIT :most) WHERE at < :before"


class Actor(NamedTuple):
    """Somebody at work, by the name they had then; `address` is of their computer."""

    name: str
    address: str
    is_program: bool = False


SERVER = Actor("", "")  # a command on the server itself


class Event(msgspec.Struct, frozen=True):
    id: int
    at: int
    actor: str
    is_program: int
    address: str
    action: str
    subject: str
    detail: str


class Sought(NamedTuple):
    words: str = ""
    action: str = ""


def record(connection: Connection, actor: Actor, action: str, subject: str = "", detail: str = "") -> None:
    """`action` is a short English sentence without its subject, such as N_("Deleted a source"); pages translate it."""
    connection.execute(
        text(
            "INSERT INTO events (at, actor, is_program, address, action, subject, detail) "
            "VALUES (:now, :name, :is_program, :address, :action, :subject, :detail)"
        ),
        {
            "now": now(),
            "action": action,
            "subject": subject[:LONGEST],
            "detail": detail[:LONGEST],
            **actor._asdict(),
        },
    )


def record_some(
    connection: Connection, actor: Actor, action: str, subject: str = "", *, most: int, seconds: int
) -> bool:
    """As `record`, for what strangers can cause: at most so many of this action in so many seconds. Whether it was."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM events WHERE action = :action AND at > :since LIMIT :most)"
    values = {"action": action, "since": now() - seconds, "most": most}
    is_kept: bool = connection.execute(text(sql), values).scalar_one() < most
    if is_kept:
        record(connection, actor, action, subject)
    return is_kept


def found(connection: Connection, sought: Sought, most: int, before: int | None = None) -> Sequence[Event]:
    """The latest first; `before` is the id of the last one seen."""
    where, values = _where(sought)
    if before is not None:
        where, values["before"] = f"{where} AND id < :before", before
    return _events(connection, f"WHERE {where} ORDER BY id DESC LIMIT :most", {**values, "most": most})


def found_after(connection: Connection, sought: Sought, most: int, after: int) -> Sequence[Event]:
    """The oldest first, for an export."""
    where, values = _where(sought)
    return _events(
        connection, f"WHERE {where} AND id > :after ORDER BY id LIMIT :most", {**values, "after": after, "most": most}
    )


def actions(connection: Connection) -> list[str]:
    """Each action there is, by leaps through its index, which cost the same for any number of events."""
    sql = (
        "WITH RECURSIVE leap (action) AS (SELECT min(action) FROM events UNION ALL "
        "SELECT (SELECT min(action) FROM events WHERE action > leap.action) FROM leap WHERE leap.action IS NOT NULL) "
        "SELECT action FROM leap WHERE action IS NOT NULL"
    )
    return list(connection.execute(text(sql)).scalars())


def count_before(connection: Connection, before: int, most: int) -> int:
    """Of the oldest `most`: the log only grows, so its ids go with time."""
    query = f"SELECT count(*) FROM ({_OLDEST})"
    count: int = connection.execute(text(query), {"before": before, "most": most}).scalar_one()
    return count


def erase_before(connection: Connection, before: int, most: int) -> int:
    """How many of the oldest `most` were too old."""
    query = f"DELETE FROM events WHERE id IN ({_OLDEST})"
    return connection.execute(text(query), {"before": before, "most": most}).rowcount


def _where(sought: Sought) -> tuple[str, dict[str, Any]]:
    """Each word must occur somewhere, in whatever case."""
    parts = [*_parts(sought)]
    return " AND ".join(sql for sql, _, _ in parts) or "true", {name: value for _, name, value in parts}


def _parts(sought: Sought) -> Iterator[tuple[str, str, str]]:
    if sought.action:
        yield "action = :action", "action", sought.action
    for number, word in enumerate(sought.words.split()[:8]):
        name = f"word{number}"
        searched = "actor || ' ' || address || ' ' || action || ' ' || subject || ' ' || detail"
        yield f"instr(lower({searched}), lower(:{name})) > 0", name, word


def _events(connection: Connection, rest: str, values: dict[str, Any]) -> list[Event]:
    rows = connection.execute(text(f"SELECT {_COLUMNS} FROM events {rest}"), values).mappings()
    return [msgspec.convert(dict(row), Event) for row in rows]
