"""All SQL about the passages of one source as staff see and change them."""

from typing import Any

from sqlalchemy import Connection, text

from trulybot.kit.clock import now
from trulybot.knowledge.models import LostCorrection, SoughtPassages, SourcePassage
from trulybot.knowledge.terms import words_of

_PASSAGE = """
    SELECT passages.id, page_id, position, passages.title, heading, text, nullif(pages.url, '') AS url, read_text,
        corrected_at, excluded_at
    FROM passages JOIN pages ON pages.id = page_id WHERE passages.source_id = :source
"""
_CHANGED = {"corrected": "corrected_at IS NOT NULL", "left-out": "excluded_at IS NOT NULL"}
# Of what is left out the index knows nothing, so that is looked through.
_WITH_WORDS = """
    passages.id IN (
        SELECT rowid FROM passages_index WHERE passages_index MATCH :match
            AND rowid BETWEEN (SELECT min(id) FROM passages WHERE source_id = :source)
                AND (SELECT max(id) FROM passages WHERE source_id = :source)
        UNION ALL
        SELECT id FROM passages WHERE source_id = :source AND excluded_at IS NOT NULL
            AND instr(lower(title || ' ' || heading || ' ' || text), lower(:words)) > 0
    )
"""

Place = tuple[int, int, int]  # page, position and id


def passage(connection: Connection, source_id: str, passage_id: int) -> SourcePassage | None:
    row = connection.execute(
        text(f"{_PASSAGE} AND passages.id = :id"), {"source": source_id, "id": passage_id}
    ).one_or_none()
    return SourcePassage(**row._mapping) if row else None


def passages(
    connection: Connection, source_id: str, most: int, after: Place | None, sought: SoughtPassages
) -> list[SourcePassage]:
    """In reading order, at most `most`, after the given (page, position, id)."""
    where, values = _where(sought)
    if after:
        where += " AND (page_id, position, passages.id) > (:page, :position, :id)"
        values |= dict(zip(("page", "position", "id"), after, strict=True))
    rows = connection.execute(
        text(f"{_PASSAGE}{where} ORDER BY page_id, position, passages.id LIMIT :most"),
        {"source": source_id, "most": most, **values},
    )
    return [SourcePassage(**row._mapping) for row in rows]


def latest_texts(connection: Connection, most: int) -> list[str]:
    """Of all sources, of what is searched."""
    query = """
        SELECT text FROM passages JOIN sources ON sources.id = source_id
        WHERE excluded_at IS NULL AND deleted_at IS NULL ORDER BY passages.id DESC LIMIT :most
    """
    return list(connection.execute(text(query), {"most": most}).scalars())


def counts(connection: Connection, source_id: str) -> dict[str, int]:
    """How many passages of the source staff have changed, by how."""
    counted = ", ".join(
        f'(SELECT count(*) FROM passages WHERE source_id = :source AND {condition}) AS "{changed}"'
        for changed, condition in _CHANGED.items()
    )
    row = connection.execute(text(f"SELECT {counted}"), {"source": source_id}).one()
    return dict(row._mapping)


def correct(connection: Connection, passage_id: int, corrected: str | None, corrected_hash: bytes | None) -> None:
    """Give it another text; None gives it back what its source says."""
    connection.execute(
        text(
            """
            UPDATE passages SET text = coalesce(:text, read_text, text),
                read_text = CASE WHEN :text IS NOT NULL THEN coalesce(read_text, text) END,
                corrected_hash = :hash, corrected_at = CASE WHEN :text IS NOT NULL THEN :now END
            WHERE id = :id
            """
        ),
        {"id": passage_id, "text": corrected, "hash": corrected_hash, "now": now()},
    )


def exclude(connection: Connection, passage_id: int, excluded: bool) -> None:
    connection.execute(
        text("UPDATE passages SET excluded_at = :at WHERE id = :id"),
        {"id": passage_id, "at": now() if excluded else None},
    )


def lost_corrections(connection: Connection, source_id: str, most: int) -> list[LostCorrection]:
    """The last lost first."""
    rows = connection.execute(
        text(
            """
            SELECT id, heading, read_text, text, lost_at FROM lost_corrections WHERE source_id = :source
            ORDER BY id DESC LIMIT :most
            """
        ),
        {"source": source_id, "most": most},
    )
    return [LostCorrection(*row) for row in rows]


def forget_lost_corrections(connection: Connection, source_id: str) -> bool:
    """Whether there were any."""
    query = "DELETE FROM lost_corrections WHERE source_id = :source"
    return connection.execute(text(query), {"source": source_id}).rowcount > 0


def _where(sought: SoughtPassages) -> tuple[str, dict[str, Any]]:
    where, values = "", {}
    if sought.changed:
        where += f" AND {_CHANGED[sought.changed]}"
    if sought.words:
        where += f" AND {_WITH_WORDS}"
        beginnings = " AND ".join(f'"{word}"*' for word in words_of(sought.words))
        values = {"words": sought.words, "match": beginnings or '""'}
    return where, values
