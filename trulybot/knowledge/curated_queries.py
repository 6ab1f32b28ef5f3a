"""All SQL about curated answers and the ways to ask for them."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

from trulybot.kit.clock import now
from trulybot.knowledge.models import CuratedAnswer

ANSWER = """
    SELECT id, source_id, question, answer, hits, hit_at, created_at, changed_at,
        (SELECT group_concat(question, char(10) ORDER BY id) FROM ways_of_asking WHERE curated_id = curated.id) AS ways
    FROM curated WHERE removed_at IS NULL
    AND source_id NOT IN (SELECT id FROM sources WHERE deleted_at IS NOT NULL)
"""
_STANDING = """
    curated_id IN (SELECT id FROM curated WHERE removed_at IS NULL
        AND source_id NOT IN (SELECT id FROM sources WHERE deleted_at IS NOT NULL))
"""


class Way(NamedTuple):
    """One way to ask, and how near a visitor's question comes to it."""

    curated_id: int
    question: str
    cosine: float


def answer(connection: Connection, curated_id: int) -> CuratedAnswer | None:
    row = connection.execute(text(f"{ANSWER} AND id = :id"), {"id": curated_id}).one_or_none()
    return answer_in(row) if row else None


def answers_of(connection: Connection, source_id: str) -> list[CuratedAnswer]:
    rows = connection.execute(text(f"{ANSWER} AND source_id = :source ORDER BY id"), {"source": source_id})
    return [answer_in(row) for row in rows]


def add(connection: Connection, source_id: str, question: str, answer: str) -> int | None:
    """The new answer's id; None where the source already has this question."""
    found: int | None = connection.execute(
        text(
            """
            INSERT INTO curated (source_id, question, answer, created_at) VALUES (:source, :question, :answer, :now)
            ON CONFLICT DO NOTHING RETURNING id
            """
        ),
        {"source": source_id, "question": question, "answer": answer, "now": now()},
    ).scalar()
    return found


def keep(connection: Connection, source_id: str, question: str, answer: str, reading: int) -> int | None:
    """What a reading of the source found; None when the owner has removed it since."""
    row = connection.execute(
        text(
            """
            INSERT INTO curated (source_id, reading, question, answer, created_at)
            VALUES (:source, :reading, :question, :answer, :now)
            ON CONFLICT (source_id, question) DO UPDATE SET answer = excluded.answer, reading = excluded.reading
            RETURNING id, removed_at
            """
        ),
        {"source": source_id, "reading": reading, "question": question, "answer": answer, "now": now()},
    ).one()
    return row.id if row.removed_at is None else None


def drop_not_seen(connection: Connection, source_id: str, reading: int) -> None:
    """Remove the answers that this reading of their source did not come across."""
    connection.execute(
        text("DELETE FROM curated WHERE source_id = :id AND reading != :reading"), {"id": source_id, "reading": reading}
    )


def rewrite(connection: Connection, curated_id: int, source_id: str, question: str, answer: str) -> bool:
    """Whether it could be: the source must not have another answer to this question."""
    changed = connection.execute(
        text(
            """
            UPDATE OR IGNORE curated SET source_id = :source, question = :question, answer = :answer, changed_at = :now
            WHERE id = :id
            """
        ),
        {"id": curated_id, "source": source_id, "question": question, "answer": answer, "now": now()},
    )
    return changed.rowcount == 1


def bury(connection: Connection, source_id: str, question: str, answer: str, reading: int) -> None:
    """Remember that the owner does not want this answer of the source any more."""
    connection.execute(
        text(
            """
            INSERT INTO curated (source_id, reading, question, answer, created_at, removed_at)
            VALUES (:source, :reading, :question, :answer, :now, :now)
            """
        ),
        {"source": source_id, "reading": reading, "question": question, "answer": answer, "now": now()},
    )


def reading_of(connection: Connection, curated_id: int) -> int:
    query = "SELECT reading FROM curated WHERE id = :id"
    reading: int = connection.execute(text(query), {"id": curated_id}).scalar_one()
    return reading


def remove(connection: Connection, curated_id: int) -> None:
    connection.execute(text("UPDATE curated SET removed_at = :now WHERE id = :id"), {"id": curated_id, "now": now()})


def bring_back(connection: Connection, curated_id: int, since: int) -> bool:
    """Whether it was removed since then; one from a file that has no ways to be asked for was rewritten instead."""
    back = connection.execute(
        text(
            """
            UPDATE curated SET removed_at = NULL WHERE id = :id AND removed_at > :since
            AND EXISTS (SELECT 1 FROM ways_of_asking WHERE curated_id = curated.id)
            AND source_id NOT IN (SELECT id FROM sources WHERE deleted_at IS NOT NULL)
            """
        ),
        {"id": curated_id, "since": since},
    )
    return back.rowcount == 1


def drop_removed(connection: Connection, source_id: str, question: str) -> None:
    """Make room for another answer to it."""
    connection.execute(
        text("DELETE FROM curated WHERE source_id = :source AND question = :question AND removed_at IS NOT NULL"),
        {"source": source_id, "question": question},
    )


def drop_removed_before(connection: Connection, source_id: str, before: int) -> int | None:
    """When the first of those that are left was removed."""
    values = {"source": source_id, "before": before}
    connection.execute(text("DELETE FROM curated WHERE source_id = :source AND removed_at <= :before"), values)
    query = "SELECT min(removed_at) FROM curated WHERE source_id = :source AND removed_at > :before"
    first: int | None = connection.execute(text(query), values).scalar()
    return first


def set_ways(connection: Connection, curated_id: int, ways: Sequence[tuple[str, str]]) -> None:
    """Replace the ways to ask by (question, normal); those that were there keep their vectors."""
    connection.execute(
        text(
            "DELETE FROM ways_of_asking WHERE curated_id = :id AND normal NOT IN (SELECT value FROM json_each(:keep))"
        ),
        {"id": curated_id, "keep": json.dumps([normal for _, normal in ways])},
    )
    connection.execute(
        text(
            """
            INSERT INTO ways_of_asking (curated_id, question, normal) VALUES (:id, :question, :normal)
            ON CONFLICT (curated_id, normal) DO UPDATE SET question = excluded.question
            """
        ),
        [{"id": curated_id, "question": question, "normal": normal} for question, normal in ways],
    )


def asked_as(connection: Connection, normal: str) -> int | None:
    """The newest answer that is asked for in exactly these words."""
    found: int | None = connection.execute(
        text(f"SELECT max(curated_id) FROM ways_of_asking WHERE normal = :normal AND {_STANDING}"), {"normal": normal}
    ).scalar()
    return found


def nearest_ways(connection: Connection, model: str, vector: bytes, most: int) -> list[Way]:
    """Chosen by the signs of their vectors, then compared exactly; the nearest first."""
    rows = connection.execute(
        text(
            f"""
            SELECT curated_id, question, 1 - vec_distance_cosine(vector, :vector) AS cosine FROM ways_of_asking
            WHERE id IN (
                SELECT id FROM ways_of_asking, (SELECT vec_quantize_binary(:vector) AS asked)
                WHERE model = :model AND length(vector) = length(:vector) AND {_STANDING}
                ORDER BY vec_distance_hamming(vec_bit(signs), vec_bit(asked)) LIMIT :most
            ) ORDER BY cosine DESC, id
            """
        ),
        {"vector": vector, "model": model, "most": most},
    )
    return [Way(*row) for row in rows]


def without_vector(connection: Connection, model: str, most: int) -> list[tuple[int, str]]:
    """(id, question) of ways to ask that this model has not embedded."""
    rows = connection.execute(
        text("SELECT id, question FROM ways_of_asking WHERE model IS NOT :model ORDER BY id LIMIT :most"),
        {"model": model, "most": most},
    )
    return [(row.id, row.question) for row in rows]


def save_vectors(connection: Connection, model: str, embedded: Sequence[tuple[int, str, bytes]]) -> None:
    """(id, question, vector) each; a way that was reworded meanwhile is passed over."""
    connection.execute(
        text(
            """
            UPDATE ways_of_asking SET model = :model, vector = :vector, signs = vec_quantize_binary(:vector)
            WHERE id = :id AND question = :question
            """
        ),
        [{"id": way, "question": question, "vector": vector, "model": model} for way, question, vector in embedded],
    )


def note_hit(connection: Connection, curated_id: int) -> None:
    connection.execute(
        text("UPDATE curated SET hits = hits + 1, hit_at = :now WHERE id = :id"), {"id": curated_id, "now": now()}
    )


def exclude_passages(connection: Connection, source_id: str, questions: Sequence[str], answer: str) -> None:
    """They are not found any more, and stay so when their source is read again."""
    connection.execute(
        text(
            """
            UPDATE passages SET excluded_at = :now
            WHERE source_id = :source AND text = :answer AND excluded_at IS NULL
            AND title IN (SELECT value FROM json_each(:questions))
            """
        ),
        {"source": source_id, "answer": answer, "questions": json.dumps(list(questions)), "now": now()},
    )


def include_passages(connection: Connection, source_id: str, questions: Sequence[str], answer: str) -> None:
    connection.execute(
        text(
            """
            UPDATE passages SET excluded_at = NULL
            WHERE source_id = :source AND text = :answer AND title IN (SELECT value FROM json_each(:questions))
            """
        ),
        {"source": source_id, "answer": answer, "questions": json.dumps(list(questions))},
    )


def passages_of(connection: Connection, source_id: str, questions: Sequence[str], answer: str) -> list[int]:
    rows = connection.execute(
        text(
            """
            SELECT id FROM passages
            WHERE source_id = :source AND text = :answer AND title IN (SELECT value FROM json_each(:questions))
            """
        ),
        {"source": source_id, "answer": answer, "questions": json.dumps(list(questions))},
    )
    return [row.id for row in rows]


def answer_in(row: Row[Any]) -> CuratedAnswer:
    fields = dict(row._mapping)
    ways = (fields.pop("ways") or "").split("\n")
    return CuratedAnswer(**fields, variants=tuple(way for way in ways if way and way != row.question))
