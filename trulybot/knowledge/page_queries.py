"""All SQL about what a source is read into: its pages and passages."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from trulybot.knowledge.models import Page
from trulybot.knowledge.reading.wire import Passage


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


def end_page(connection: Connection, page_id: int, read: Page, title: str) -> None:
    """The page was read whole, and is known by its hash from now on."""
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


def pages_not_seen(connection: Connection, source_id: str, reading: int) -> list[int]:
    """Pages that the reading did not come across: they are gone from the source."""
    rows = connection.execute(
        text("SELECT id FROM pages WHERE source_id = :id AND reading != :reading"),
        {"id": source_id, "reading": reading},
    )
    return [row.id for row in rows]


def pages_unfinished(connection: Connection, source_id: str) -> list[int]:
    """What a first reading that failed has left behind."""
    rows = connection.execute(
        text(
            """
            SELECT pages.id FROM pages JOIN sources ON sources.id = source_id
            WHERE source_id = :id AND content_hash IS NULL AND sources.read_at IS NULL
            """
        ),
        {"id": source_id},
    )
    return [row.id for row in rows]


def pages_of(connection: Connection, source_id: str) -> list[int]:
    rows = connection.execute(text("SELECT id FROM pages WHERE source_id = :id"), {"id": source_id})
    return [row.id for row in rows]


def passages_on(connection: Connection, page_id: int, but_of: int | None = None) -> list[int]:
    """All passages of a page, except those that the reading `but_of` saw."""
    rows = connection.execute(
        text("SELECT id FROM passages WHERE page_id = :id AND reading IS NOT :reading"),
        {"id": page_id, "reading": but_of},
    )
    return [row.id for row in rows]


def drop_passages(connection: Connection, passages: Sequence[int]) -> None:
    connection.execute(text("DELETE FROM passages WHERE id = :id"), [{"id": passage} for passage in passages])


def drop_page(connection: Connection, page_id: int) -> None:
    connection.execute(text("DELETE FROM pages WHERE id = :id"), {"id": page_id})


def passage_count(connection: Connection) -> int:
    """Of all sources but the deleted ones, which the clearing is yet to come to."""
    of_deleted = "SELECT coalesce(sum(passages), 0) FROM sources WHERE deleted_at IS NOT NULL"
    query = f"SELECT passages - ({of_deleted}) FROM searchable"
    count: int = connection.execute(text(query)).scalar_one()
    return count
