"""All SQL about the inbox: conversations as a list, what is unread in it, and what changes. Triggers keep the rows."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, text

from trulybot.chat.inbox_models import Changed, Found, Line, Show, Sought
from trulybot.chat.models import PassageNow

MOST_COUNTED = 100
MOST_MATCHES = 2000  # that one page of a search looks through
MOST_CHANGES = 100

_COLUMNS = """
    c.id, c.first_question, c.last_words, c.last_kind, c.last_at, c.questions, c.refused, c.disliked, c.wanted_at,
    c.lead_at, c.taken_by, coalesce(v.name, v.known_as) AS visitor
"""
_IS_UNREAD = """
    EXISTS (SELECT 1 FROM unread WHERE staff_id = :staff AND conversation_id = c.id) AS is_unread
"""
_SHOWN: dict[Show, str] = {
    "": "true",
    "unread": "EXISTS (SELECT 1 FROM unread WHERE staff_id = :staff AND conversation_id = c.id)",
    "wanted": "c.wanted_at IS NOT NULL",
    "open": "c.taken_by IS NOT NULL",
    "unanswered": "c.refused > 0",
    "disliked": "c.disliked > 0",
    "lead": "c.lead_at IS NOT NULL",
}


def lines(connection: Connection, sought: Sought, most: int, before: tuple[int, str] | None = None) -> Found:
    """The latest first, older than the given (place, id)."""
    if sought.words:
        return _said(connection, sought, most, before[0] if before else None)
    sql = _UNREAD if sought.show == "unread" else _LATEST.format(shown=_SHOWN[sought.show])
    values = {
        "staff": sought.staff,
        "most": most,
        "at": before[0] if before else 0,
        "id": before[1] if before else None,
    }
    return Found([Line(**row) for row in connection.execute(text(sql), values).mappings()])


def unread(connection: Connection, staff_id: int) -> int:
    """How many conversations a teammate has not looked at since something was asked; counted up to MOST_COUNTED."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM unread WHERE staff_id = :staff LIMIT :most)"
    count: int = connection.execute(text(sql), {"staff": staff_id, "most": MOST_COUNTED}).scalar_one()
    return count


def counts(connection: Connection, staff_id: int) -> dict[Show, int]:
    """Of the views that wait for somebody; counted up to MOST_COUNTED."""
    waiting: tuple[Show, ...] = ("wanted", "open")
    counted: dict[Show, int] = {"unread": unread(connection, staff_id)}
    for show in waiting:
        sql = f"SELECT count(*) FROM (SELECT 1 FROM conversations AS c WHERE {_SHOWN[show]} LIMIT :most)"
        counted[show] = connection.execute(text(sql), {"most": MOST_COUNTED}).scalar_one()
    return counted


def has_any(connection: Connection) -> bool:
    return connection.execute(text("SELECT 1 FROM conversations LIMIT 1")).scalar() is not None


def is_unread(connection: Connection, staff_id: int, conversation_id: str) -> bool:
    sql = "SELECT 1 FROM unread WHERE staff_id = :staff AND conversation_id = :id"
    return connection.execute(text(sql), {"staff": staff_id, "id": conversation_id}).scalar() is not None


def note_read(connection: Connection, staff_id: int, conversation_id: str) -> None:
    sql = "DELETE FROM unread WHERE staff_id = :staff AND conversation_id = :id"
    connection.execute(text(sql), {"staff": staff_id, "id": conversation_id})


def note_all_read(connection: Connection, staff_id: int) -> None:
    connection.execute(text("DELETE FROM unread WHERE staff_id = :staff"), {"staff": staff_id})


def note_unread(connection: Connection, staff_id: int, conversation_id: str) -> None:
    sql = """
        INSERT INTO unread (staff_id, conversation_id, at)
        SELECT staff.id, c.id, c.last_at FROM staff, conversations AS c WHERE staff.id = :staff AND c.id = :id
        ON CONFLICT DO NOTHING
    """
    connection.execute(text(sql), {"staff": staff_id, "id": conversation_id})


def last_change(connection: Connection) -> int:
    number: int = connection.execute(text("SELECT change FROM inbox")).scalar_one()
    return number


def changed_after(connection: Connection, change: int) -> list[Changed]:
    """Oldest change first, at most MOST_CHANGES; each conversation once, with its last change."""
    sql = """
        SELECT change, id, wanted_at, last_words FROM conversations WHERE change > :change
        ORDER BY change LIMIT :most
    """
    return [Changed(*row) for row in connection.execute(text(sql), {"change": change, "most": MOST_CHANGES})]


def passages(connection: Connection, ids: Sequence[int]) -> dict[int, PassageNow]:
    sql = """
        SELECT id, source_id, title, heading, substr(text, 1, 400) AS text FROM passages
        WHERE id IN (SELECT value FROM json_each(:ids))
    """
    rows = connection.execute(text(sql), {"ids": json.dumps(list(ids))})
    return {row.id: PassageNow(row.source_id, row.title, row.heading, row.text) for row in rows}


_LATEST = f"""
    SELECT {_COLUMNS}, c.last_at AS place, {_IS_UNREAD}
    FROM conversations AS c LEFT JOIN visitors AS v ON v.id = c.visitor_id
    WHERE {{shown}} AND (:id IS NULL OR (c.last_at, c.id) < (:at, :id))
    ORDER BY c.last_at DESC, c.id DESC LIMIT :most
"""
_UNREAD = f"""
    SELECT {_COLUMNS}, u.at AS place, 1 AS is_unread
    FROM unread AS u CROSS JOIN conversations AS c ON c.id = u.conversation_id
        LEFT JOIN visitors AS v ON v.id = c.visitor_id
    WHERE u.staff_id = :staff AND (:id IS NULL OR (u.at, u.conversation_id) < (:at, :id))
    ORDER BY u.at DESC, u.conversation_id DESC LIMIT :most
"""
# A conversation stands where its latest match is. One that a page before has shown has a match after :before.
_SAID = f"""
    WITH found AS MATERIALIZED (
        SELECT rowid AS said FROM said_index WHERE said_index MATCH :match AND rowid < :before
        ORDER BY rowid DESC LIMIT :looked
    ), placed AS (
        SELECT t.conversation_id, f.said, t.question || ' ' || t.answer AS words
        FROM found AS f CROSS JOIN turns AS t ON t.said = f.said
        UNION ALL
        SELECT m.conversation_id, f.said, m.text FROM found AS f CROSS JOIN messages AS m ON m.said = f.said
    ), latest AS (
        SELECT conversation_id, max(said) AS said, words FROM placed GROUP BY conversation_id
    )
    SELECT {_COLUMNS}, latest.said AS place, latest.words AS said, {_IS_UNREAD}
    FROM latest CROSS JOIN conversations AS c ON c.id = latest.conversation_id
        LEFT JOIN visitors AS v ON v.id = c.visitor_id
    WHERE {{shown}} AND (:before = :end OR NOT EXISTS (
        SELECT 1 FROM (
            SELECT said FROM turns WHERE conversation_id = c.id AND said >= :before
            UNION ALL SELECT said FROM messages WHERE conversation_id = c.id AND said >= :before
        ) AS later CROSS JOIN said_index ON said_index.rowid = later.said WHERE said_index MATCH :match
    ))
    ORDER BY place DESC LIMIT :most
"""
_LOOKED_UNTIL = """
    SELECT rowid FROM said_index WHERE said_index MATCH :match AND rowid < :before
    ORDER BY rowid DESC LIMIT 1 OFFSET :looked - 1
"""
_END = 2**62


def _said(connection: Connection, sought: Sought, most: int, before: int | None) -> Found:
    values: dict[str, Any] = {
        "match": " ".join(_term(word) for word in sought.words),
        "before": before or _END,
        "end": _END,
        "looked": MOST_MATCHES,
        "staff": sought.staff,
        "most": most,
    }
    rows = connection.execute(text(_SAID.format(shown=_SHOWN[sought.show])), values).mappings()
    found = [msgspec.convert(dict(row), Line) for row in rows]
    until = connection.execute(text(_LOOKED_UNTIL), values).scalar() if len(found) < most else None
    return Found(found, until)


def _term(word: str) -> str:
    """As a string of FTS5, in which nothing but a quotation mark means anything; a longer word may go on."""
    quoted = '"' + word.replace('"', '""') + '"'
    return f"{quoted}*" if len(word) >= _MAY_GO_ON else quoted


_MAY_GO_ON = 4  # letters: the words that begin with fewer are too many to look through
