"""All SQL about leads that were deleted: their rows lie in one text until that cannot be undone any more."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, text

from trulybot.leads import watching_queries

# In the order in which they can be put back.
_TABLES = {
    "leads": "id = :id",
    "lead_captures": "lead_id = :id",
    "lead_changes": "lead_id = :id",
    "lead_notes": "lead_id = :id",
}
_NUMBERED = ("lead_changes", "lead_notes")  # their ids name nothing, and may be taken by now


class Deleted(msgspec.Struct, frozen=True):
    id: str
    title: str
    deleted_by: str
    deleted_at: int


def put_away(connection: Connection, lead_id: str, title: str, author: str, at: int) -> None:
    """Take a lead out of its tables, with all that was left, changed and noted; what was mailed of it is gone."""
    held = {table: _rows(connection, table, where, lead_id) for table, where in _TABLES.items()}
    connection.execute(
        text(
            "INSERT OR REPLACE INTO deleted_leads (id, title, held, deleted_by, deleted_at) "
            "VALUES (:id, :title, :held, :author, :now)"
        ),
        {"id": lead_id, "title": title, "held": json.dumps(held), "author": author, "now": at},
    )
    erase(connection, [lead_id])


def held(connection: Connection, lead_id: str) -> dict[str, list[dict[str, Any]]] | None:
    """The rows of one that was put away."""
    query = "SELECT held FROM deleted_leads WHERE id = :id"
    rows = connection.execute(text(query), {"id": lead_id}).scalar()
    return json.loads(rows) if rows else None


def forget(connection: Connection, lead_id: str) -> bool:
    """Whether one of that id was put away, and is kept here no more."""
    return connection.execute(text("DELETE FROM deleted_leads WHERE id = :id"), {"id": lead_id}).rowcount > 0


def put_back(connection: Connection, held: dict[str, list[dict[str, Any]]]) -> None:
    """A conversation that was deleted meanwhile is left out, and a request whose key was used again."""
    for table, rows in held.items():
        for row in rows:
            kept = {name: value for name, value in row.items() if name != "id" or table not in _NUMBERED}
            if table == "lead_captures":
                kept |= _what_still_holds(connection, row)
            columns = ", ".join(kept)
            values = ", ".join(f":{name}" for name in kept)
            connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), kept)


def deleted(connection: Connection, most: int, before: tuple[int, str] | None = None) -> list[Deleted]:
    """The latest first; older than the given (deleted_at, id)."""
    at, last = before or (0, None)
    query = """
        SELECT id, title, deleted_by, deleted_at FROM deleted_leads
        WHERE :id IS NULL OR (deleted_at, id) < (:at, :id) ORDER BY deleted_at DESC, id DESC LIMIT :most
    """
    rows = connection.execute(text(query), {"at": at, "id": last, "most": most}).mappings()
    return [msgspec.convert(dict(row), Deleted) for row in rows]


def ids_of(connection: Connection, author: str, at: int) -> list[str]:
    """Those that somebody deleted at one moment."""
    query = "SELECT id FROM deleted_leads WHERE deleted_at = :at AND deleted_by = :author ORDER BY id"
    return list(connection.execute(text(query), {"at": at, "author": author}).scalars())


def erase_before(connection: Connection, before: int, most: int) -> int:
    """How many of the oldest `most` were deleted before then, and are gone now."""
    query = """
        DELETE FROM deleted_leads WHERE id IN (
            SELECT id FROM deleted_leads WHERE deleted_at < :before ORDER BY deleted_at, id LIMIT :most
        )
    """
    return connection.execute(text(query), {"before": before, "most": most}).rowcount


def left_before(connection: Connection, before: int, most: int) -> list[str]:
    """Leads who left nothing since, the oldest first."""
    query = "SELECT id FROM leads WHERE captured_at < :before ORDER BY captured_at, id LIMIT :most"
    return list(connection.execute(text(query), {"before": before, "most": most}).scalars())


def erase(connection: Connection, lead_ids: Sequence[str]) -> None:
    """At once and for good, with what was mailed of them."""
    for lead_id in lead_ids:
        watching_queries.forget_mails(connection, lead_id)
        connection.execute(text("DELETE FROM leads WHERE id = :id"), {"id": lead_id})


def _rows(connection: Connection, table: str, where: str, lead_id: str) -> list[dict[str, Any]]:
    found = connection.execute(text(f"SELECT * FROM {table} WHERE {where} ORDER BY rowid"), {"id": lead_id})
    return [dict(row) for row in found.mappings()]


def _what_still_holds(connection: Connection, row: dict[str, Any]) -> dict[str, Any]:
    query = """
        SELECT (SELECT id FROM conversations WHERE id = :conversation_id) AS conversation_id,
            nullif(:request, (SELECT request FROM lead_captures WHERE request = :request)) AS request
    """
    values = {"conversation_id": row["conversation_id"], "request": row["request"]}
    return dict(connection.execute(text(query), values).mappings().one())
