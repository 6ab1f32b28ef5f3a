"""All SQL about sources and what is read from them; the search index has its own (search, vectors)."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, text

from trulybot.kit.clock import now
from trulybot.knowledge.models import Page, Pair, Source, Span, Status, Walk
from trulybot.knowledge.reading.wire import Passage

_SOURCE = """
    SELECT id, kind, title, url, file, options, status, progress, error, resync_seconds, read_at, created_at,
        (SELECT count(*) FROM passages WHERE source_id = sources.id) AS passages,
        (SELECT count(*) FROM pages WHERE source_id = sources.id) AS pages
    FROM sources
"""


def source(connection: Connection, source_id: str) -> Source | None:
    row = connection.execute(text(f"{_SOURCE} WHERE id = :id"), {"id": source_id}).one_or_none()
    return _source(row) if row else None


def is_there(connection: Connection, source_id: str) -> bool:
    return connection.execute(text("SELECT 1 FROM sources WHERE id = :id"), {"id": source_id}).scalar() is not None


def sources(connection: Connection, most: int, before: tuple[int, str] | None = None) -> list[Source]:
    """Newest first, at most `most`, older than the given (created_at, id)."""
    rows = connection.execute(
        text(
            f"{_SOURCE} WHERE :id IS NULL OR (created_at, id) < (:at, :id) "
            "ORDER BY created_at DESC, id DESC LIMIT :most"
        ),
        {"at": before[0] if before else 0, "id": before[1] if before else None, "most": most},
    )
    return [_source(row) for row in rows]


def totals(connection: Connection) -> dict[str, int]:
    """How many sources, passages and failed sources, and the bytes of all uploads."""
    row = connection.execute(
        text(
            """
            SELECT count(*) AS sources, coalesce(sum(status = 'failed'), 0) AS failed, coalesce(sum(bytes), 0) AS bytes,
            (SELECT count(*) FROM passages) AS passages FROM sources
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


def delete_source(connection: Connection, source_id: str) -> int:
    """Remove a source with its pages, passages and curated answers; gives the number of passages."""
    gone: int = connection.execute(
        text("SELECT count(*) FROM passages WHERE source_id = :id"), {"id": source_id}
    ).scalar_one()
    connection.execute(text("DELETE FROM sources WHERE id = :id"), {"id": source_id})
    return gone


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


def next_reading(connection: Connection, source_id: str) -> int:
    """The number of the reading that begins; passages and pages it does not see are dropped at its end."""
    number: int = connection.execute(
        text("SELECT coalesce(max(reading), 0) + 1 FROM pages WHERE source_id = :id"), {"id": source_id}
    ).scalar_one()
    return number


def known_pages(connection: Connection, source_id: str) -> dict[str, Page]:
    """The source's pages by address, as they were read last."""
    rows = connection.execute(
        text("SELECT id, url, depth, content_hash, etag, last_modified FROM pages WHERE source_id = :id"),
        {"id": source_id},
    )
    return {row.url: Page(**row._mapping) for row in rows}


def begin_page(connection: Connection, source_id: str, url: str, depth: int, reading: int) -> int:
    """The page's id. Its hash is cleared, so that a reading that is cut off is not taken for a whole one."""
    page_id: int = connection.execute(
        text(
            """
            INSERT INTO pages (source_id, url, depth, reading) VALUES (:source, :url, :depth, :reading)
            ON CONFLICT (source_id, url) DO UPDATE SET depth = :depth, reading = :reading, content_hash = NULL
            RETURNING id
            """
        ),
        {"source": source_id, "url": url, "depth": depth, "reading": reading},
    ).scalar_one()
    return page_id


def keep_page(connection: Connection, page_id: int, reading: int) -> None:
    """The page is as it was; its passages stay."""
    connection.execute(text("UPDATE pages SET reading = :reading WHERE id = :id"), {"id": page_id, "reading": reading})


def save_passages(
    connection: Connection,
    source_id: str,
    page_id: int,
    reading: int,
    start: int,
    batch: Sequence[tuple[bytes, Passage]],
) -> None:
    """Add what is new and mark what is known as seen; `batch` holds (hash, passage) and `start` its first position."""
    connection.execute(
        text(
            """
            INSERT INTO passages (source_id, page_id, position, title, heading, text, hash, reading)
            VALUES (:source, :page, :position, :title, :heading, :text, :hash, :reading)
            ON CONFLICT (page_id, hash) DO UPDATE SET reading = excluded.reading, position = excluded.position
            """
        ),
        [
            {
                "source": source_id,
                "page": page_id,
                "position": start + offset,
                "title": passage.title,
                "heading": passage.heading,
                "text": passage.text,
                "hash": digest,
                "reading": reading,
            }
            for offset, (digest, passage) in enumerate(batch)
        ],
    )


def end_page(connection: Connection, page_id: int, reading: int, read: Page, title: str) -> None:
    """The page was read whole: passages that are no longer on it go."""
    connection.execute(
        text("DELETE FROM passages WHERE page_id = :id AND reading != :reading"), {"id": page_id, "reading": reading}
    )
    connection.execute(
        text(
            """
            UPDATE pages SET title = :title, content_hash = :hash, etag = :etag, last_modified = :modified
            WHERE id = :id
            """
        ),
        {
            "id": page_id,
            "title": title,
            "hash": read.content_hash,
            "etag": read.etag,
            "modified": read.last_modified,
        },
    )


def drop_unfinished(connection: Connection, source_id: str) -> None:
    """What a first reading that failed has left behind."""
    connection.execute(
        text(
            """
            DELETE FROM pages WHERE source_id = :id AND content_hash IS NULL
            AND (SELECT read_at FROM sources WHERE id = :id) IS NULL
            """
        ),
        {"id": source_id},
    )


def end_reading(connection: Connection, source_id: str, reading: int) -> None:
    """Pages this reading did not come across are gone from the source."""
    connection.execute(
        text("DELETE FROM pages WHERE source_id = :id AND reading != :reading"), {"id": source_id, "reading": reading}
    )
    connection.execute(text("UPDATE sources SET read_at = :now WHERE id = :id"), {"id": source_id, "now": now()})


def passage_count(connection: Connection) -> int:
    count: int = connection.execute(text("SELECT passages FROM searchable")).scalar_one()
    return count


def spans_being_indexed(connection: Connection) -> list[Span]:
    rows = connection.execute(
        text(
            """
            SELECT sources.id AS source_id, min(passages.id) AS first, max(passages.id) AS last
            FROM sources JOIN passages ON source_id = sources.id WHERE status = 'indexing' GROUP BY sources.id
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
            UPDATE sources SET status = 'failed', error = :error WHERE status IN ('queued', 'reading')
            AND NOT EXISTS (SELECT 1 FROM jobs WHERE key = sources.id AND state != 'failed')
            """
        ),
        {"error": sentence},
    )


def passages_of_source(connection: Connection, source_id: str, most: int, after: int = 0) -> list[dict[str, Any]]:
    """In reading order by id of page and position; `after` is an offset."""
    rows = connection.execute(
        text(
            """
            SELECT passages.id, heading, passages.title, text, nullif(pages.url, '') AS url, excluded_at
            FROM passages JOIN pages ON pages.id = page_id WHERE passages.source_id = :id
            ORDER BY page_id, position LIMIT :most OFFSET :after
            """
        ),
        {"id": source_id, "most": most, "after": after},
    )
    return [dict(row._mapping) for row in rows]


def save_pairs(connection: Connection, source_id: str, reading: int, pairs: Sequence[Pair]) -> None:
    connection.execute(
        text(
            """
            INSERT INTO curated (source_id, reading, question, answer, created_at)
            VALUES (:source, :reading, :question, :answer, :now)
            ON CONFLICT (source_id, question) DO UPDATE SET answer = excluded.answer, reading = excluded.reading
            """
        ),
        [
            {
                "source": source_id,
                "reading": reading,
                "question": pair.question,
                "answer": pair.answer,
                "now": now(),
            }
            for pair in pairs
        ],
    )


def drop_pairs(connection: Connection, source_id: str, reading: int) -> None:
    """Remove the pairs that this reading did not come across."""
    connection.execute(
        text("DELETE FROM curated WHERE source_id = :id AND reading != :reading"), {"id": source_id, "reading": reading}
    )


def due_for_reading(connection: Connection) -> list[str]:
    """Sources of the web whose interval has passed since they were read."""
    rows = connection.execute(
        text(
            """
            SELECT id FROM sources WHERE resync_seconds IS NOT NULL AND status IN ('ready', 'failed')
            AND coalesce(read_at, created_at) + resync_seconds <= :now
            """
        ),
        {"now": now()},
    )
    return [row.id for row in rows]


def _source(row: Row[Any]) -> Source:
    fields = dict(row._mapping)
    walk = msgspec.json.decode(fields.pop("options"), type=Walk)
    return Source(**fields, walk=walk)
