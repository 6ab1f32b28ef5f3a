"""All SQL about sources. What sources are read into has page_queries, the search index its own files."""

import json
from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, text

from trulybot.kit.clock import now
from trulybot.knowledge.models import EVERY_SOURCE, DeletedSource, SoughtSources, Source, Span, Status, Walk

_SOURCE = """
    SELECT id, kind, title, url, file, options, status, progress, error, resync_seconds, read_at, created_at,
        passages, pages
    FROM sources WHERE deleted_at IS NULL
"""
_OF_STATE = {
    "ready": "status = 'ready'",
    "failed": "status = 'failed'",
    "busy": "status IN ('queued', 'reading', 'indexing')",
}


def source(connection: Connection, source_id: str) -> Source | None:
    row = connection.execute(text(f"{_SOURCE} AND id = :id"), {"id": source_id}).one_or_none()
    return _source(row) if row else None


def is_there(connection: Connection, source_id: str) -> bool:
    query = "SELECT 1 FROM sources WHERE id = :id AND deleted_at IS NULL"
    return connection.execute(text(query), {"id": source_id}).scalar() is not None


def sources(
    connection: Connection, most: int, before: tuple[int, str] | None = None, sought: SoughtSources = EVERY_SOURCE
) -> list[Source]:
    """Newest first, at most `most`, older than the given (created_at, id)."""
    narrowed = [_OF_STATE[sought.state]] if sought.state else []
    if sought.words:
        narrowed.append("instr(lower(title || ' ' || coalesce(url, '')), lower(:words)) > 0")
    where = "".join(f" AND {condition}" for condition in narrowed)
    rows = connection.execute(
        text(
            f"{_SOURCE}{where} AND (:id IS NULL OR (created_at, id) < (:at, :id)) "
            "ORDER BY created_at DESC, id DESC LIMIT :most"
        ),
        {
            "at": before[0] if before else 0,
            "id": before[1] if before else None,
            "most": most,
            **({"words": sought.words} if sought.words else {}),
        },
    )
    return [_source(row) for row in rows]


def deleted_sources(connection: Connection, most: int) -> list[DeletedSource]:
    """Those that can still be brought back, the last deleted first."""
    rows = connection.execute(
        text(
            """
            SELECT id, kind, title, passages, deleted_at FROM sources
            WHERE deleted_at IS NOT NULL AND clearing_at IS NULL ORDER BY deleted_at DESC, id LIMIT :most
            """
        ),
        {"most": most},
    )
    return [DeletedSource(**row._mapping) for row in rows]


def titles(connection: Connection) -> dict[str, str]:
    """What each source is called in the owner's list, by its id."""
    return {row.id: row.title for row in connection.execute(text("SELECT id, title FROM sources"))}


def titles_of(connection: Connection, source_ids: Collection[str]) -> dict[str, str]:
    """Their titles by their ids."""
    rows = connection.execute(
        text("SELECT id, title FROM sources WHERE id IN (SELECT value FROM json_each(:ids))"),
        {"ids": json.dumps(list(source_ids))},
    )
    return {row.id: row.title for row in rows}


def files(connection: Connection) -> set[str]:
    """The uploads that belong to a source."""
    return {row.file for row in connection.execute(text("SELECT file FROM sources WHERE file IS NOT NULL"))}


def totals(connection: Connection) -> dict[str, int]:
    """How many sources, of these ready, failed and busy ones, their passages, and the bytes of all uploads."""
    counts = ", ".join(f"coalesce(sum({condition}), 0) AS {state}" for state, condition in _OF_STATE.items())
    row = connection.execute(
        text(
            f"""
            SELECT count(*) AS sources, {counts}, coalesce(sum(bytes), 0) AS bytes,
            coalesce(sum(passages), 0) AS passages FROM sources WHERE deleted_at IS NULL
            """
        )
    ).one()
    return dict(row._mapping)


def add_source(connection: Connection, added: Source, size: int) -> None:
    connection.execute(
        text(
            """
            INSERT INTO sources (id, kind, title, url, file, options, resync_seconds, bytes, created_at)
            VALUES (:id, :kind, :title, :url, :file, :options, :resync_seconds, :bytes, :created_at)
            """
        ),
        {
            **{
                name: getattr(added, name)
                for name in ("id", "kind", "title", "url", "file", "resync_seconds", "created_at")
            },
            "options": msgspec.json.encode(added.walk).decode(),
            "bytes": size,
        },
    )


def passages_of_deleted(connection: Connection, source_id: str) -> int | None:
    """How many a deleted source has; None for one that is not deleted."""
    query = "SELECT passages FROM sources WHERE id = :id AND deleted_at IS NOT NULL"
    count: int | None = connection.execute(text(query), {"id": source_id}).scalar()
    return count


def hide_source(connection: Connection, source_id: str) -> None:
    """From now on nobody sees or finds the source."""
    connection.execute(text("UPDATE sources SET deleted_at = :now WHERE id = :id"), {"id": source_id, "now": now()})


def bring_back(connection: Connection, source_id: str) -> bool:
    """Whether it could be: its clearing must not have begun."""
    back = connection.execute(
        text("UPDATE sources SET deleted_at = NULL WHERE id = :id AND deleted_at IS NOT NULL AND clearing_at IS NULL"),
        {"id": source_id},
    )
    return back.rowcount == 1


def begin_clearing(connection: Connection, source_id: str) -> bool:
    """Whether it is deleted, and cannot be brought back from now on."""
    begun = connection.execute(
        text("UPDATE sources SET clearing_at = :now WHERE id = :id AND deleted_at IS NOT NULL"),
        {"id": source_id, "now": now()},
    )
    return begun.rowcount == 1


def drop_source(connection: Connection, source_id: str) -> str | None:
    """The name of its file, if it had one."""
    query = "DELETE FROM sources WHERE id = :id RETURNING file"
    file: str | None = connection.execute(text(query), {"id": source_id}).scalar()
    return file


def note_read(connection: Connection, source_id: str) -> None:
    connection.execute(text("UPDATE sources SET read_at = :now WHERE id = :id"), {"id": source_id, "now": now()})


def set_status(connection: Connection, source_id: str, status: Status, error: str | None = None) -> None:
    """A new step begins, with its own progress."""
    connection.execute(
        text("UPDATE sources SET status = :status, error = :error, progress = :progress WHERE id = :id"),
        {"id": source_id, "status": status, "error": error, "progress": 1 if status == "ready" else 0},
    )


def set_progress(connection: Connection, source_id: str, progress: float) -> None:
    connection.execute(
        text("UPDATE sources SET progress = :progress WHERE id = :id"),
        {"id": source_id, "progress": min(1.0, max(0.0, progress))},
    )


def set_title(connection: Connection, source_id: str, title: str) -> None:
    connection.execute(text("UPDATE sources SET title = :title WHERE id = :id"), {"id": source_id, "title": title})


def spans_being_indexed(connection: Connection) -> list[Span]:
    rows = connection.execute(
        text(
            """
            SELECT id AS source_id, first, last FROM (
                SELECT id, (SELECT min(id) FROM passages WHERE source_id = sources.id) AS first,
                    (SELECT max(id) FROM passages WHERE source_id = sources.id) AS last
                FROM sources WHERE status = 'indexing'
            ) WHERE first IS NOT NULL
            """
        )
    )
    return [Span(**row._mapping) for row in rows]


def finish_indexing(connection: Connection) -> None:
    connection.execute(text("UPDATE sources SET status = 'ready', progress = 1 WHERE status = 'indexing'"))


def fail_indexing(connection: Connection, sentence: str) -> None:
    connection.execute(
        text("UPDATE sources SET status = 'failed', error = :error WHERE status = 'indexing'"), {"error": sentence}
    )


def fail_abandoned(connection: Connection, sentence: str) -> None:
    """Sources that wait for a job which was given up, because it brought the process down each time."""
    connection.execute(
        text(
            """
            UPDATE sources SET status = 'failed', error = :error
            WHERE status IN ('queued', 'reading') AND deleted_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM jobs WHERE key = sources.id AND state != 'failed')
            """
        ),
        {"error": sentence},
    )


def due_for_reading(connection: Connection) -> list[str]:
    """Sources of the web whose interval has passed since they were read."""
    rows = connection.execute(
        text(
            """
            SELECT id FROM sources
            WHERE resync_seconds IS NOT NULL AND deleted_at IS NULL AND status IN ('ready', 'failed')
            AND coalesce(read_at, created_at) + resync_seconds <= :now
            """
        ),
        {"now": now()},
    )
    return [row.id for row in rows]


def next_reading_at(connection: Connection) -> int | None:
    """When the interval of the first of them will have passed."""
    sql = (
        "SELECT min(coalesce(read_at, created_at) + resync_seconds) FROM sources "
        "WHERE deleted_at IS NULL AND status IN ('ready', 'failed')"
    )
    at: int | None = connection.execute(text(sql)).scalar_one()
    return at


def _source(row: Row[Any]) -> Source:
    fields = dict(row._mapping)
    walk = msgspec.json.decode(fields.pop("options"), type=Walk)
    return Source(**fields, walk=walk)
