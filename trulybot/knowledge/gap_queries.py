"""All SQL about gaps: questions that found no answer, or none that helped, by what they are about."""

import json
from typing import Any, Literal

from sqlalchemy import Connection, text

from trulybot.kit.clock import now
from trulybot.knowledge.models import Gap

Reason = Literal["refused", "disliked", "handed_over"]

_TOPIC = "coalesce(topic, id)"


def note(connection: Connection, question: str, normal: str, reason: Reason, answer: str | None) -> None:
    """One more time; a gap that was closed opens again. `answer` is the one that was disliked."""
    connection.execute(
        text(
            f"""
            INSERT INTO gaps (question, normal, {reason}, disliked_answer, first_at, last_at)
            VALUES (:question, :normal, 1, :answer, :now, :now)
            ON CONFLICT (normal) DO UPDATE SET asked = asked + 1, {reason} = {reason} + 1, last_at = :now,
                disliked_answer = coalesce(:answer, disliked_answer),
                topic = CASE WHEN closed_at IS NULL THEN topic END, closed_at = NULL
            """
        ),
        {"question": question, "normal": normal, "answer": answer, "now": now()},
    )


def take_back(connection: Connection, normal: str, reason: Reason) -> None:
    connection.execute(
        text(f"UPDATE gaps SET asked = asked - 1, {reason} = {reason} - 1 WHERE normal = :normal AND {reason} > 0"),
        {"normal": normal},
    )
    connection.execute(text("DELETE FROM gaps WHERE normal = :normal AND asked < 1"), {"normal": normal})


def open_gaps(connection: Connection, most: int, skip: int = 0) -> list[Gap]:
    """By topic, those asked most often first; the question asked most often stands for its topic."""
    rows = connection.execute(
        text(
            f"""
            WITH standing AS (SELECT *, {_TOPIC} AS about FROM gaps WHERE closed_at IS NULL)
            SELECT about AS id, sum(asked) AS asked, sum(refused) AS refused, sum(disliked) AS disliked,
                sum(handed_over) AS handed_over, min(first_at) AS first_at, max(last_at) AS last_at,
                (SELECT json_group_array(question ORDER BY asked DESC, last_at DESC, id) FROM gaps
                    WHERE closed_at IS NULL AND {_TOPIC} = about) AS examples
            FROM standing GROUP BY about ORDER BY sum(asked) DESC, max(last_at) DESC, about LIMIT :most OFFSET :skip
            """
        ),
        {"most": most, "skip": skip},
    )
    return [_gap(dict(row._mapping)) for row in rows]


def close(connection: Connection, gap_id: int) -> bool:
    """All questions of its topic."""
    closed = connection.execute(
        text(
            f"""
            UPDATE gaps SET closed_at = :now
            WHERE closed_at IS NULL AND {_TOPIC} = (SELECT {_TOPIC} FROM gaps WHERE id = :id)
            """
        ),
        {"id": gap_id, "now": now()},
    )
    return closed.rowcount > 0


def questions_of(connection: Connection, gap_id: int, most: int) -> list[dict[str, Any]]:
    """The open questions of its topic: id, question, disliked_answer."""
    rows = connection.execute(
        text(
            f"""
            SELECT id, question, disliked_answer FROM gaps
            WHERE closed_at IS NULL AND {_TOPIC} = (SELECT {_TOPIC} FROM gaps WHERE id = :id)
            ORDER BY asked DESC, last_at DESC, id LIMIT :most
            """
        ),
        {"id": gap_id, "most": most},
    )
    return [dict(row._mapping) for row in rows]


def close_question(connection: Connection, gap_id: int) -> None:
    connection.execute(text("UPDATE gaps SET closed_at = :now WHERE id = :id"), {"id": gap_id, "now": now()})


def without_topic(connection: Connection, most: int) -> list[tuple[int, str]]:
    """(id, question) of open gaps, oldest first."""
    rows = connection.execute(
        text("SELECT id, question FROM gaps WHERE topic IS NULL AND closed_at IS NULL ORDER BY id LIMIT :most"),
        {"most": most},
    )
    return [(row.id, row.question) for row in rows]


def place(connection: Connection, gap_id: int, model: str, vector: bytes, least_cosine: float) -> None:
    """Put a gap to the open topic that means nearly the same, or let it begin one."""
    connection.execute(
        text(
            """
            UPDATE gaps SET model = :model, vector = :vector, topic = coalesce((
                SELECT first.id FROM gaps AS first
                WHERE first.topic = first.id AND first.closed_at IS NULL AND first.id != :id
                AND first.model = :model AND length(first.vector) = length(:vector)
                AND 1 - vec_distance_cosine(first.vector, :vector) >= :least
                ORDER BY vec_distance_cosine(first.vector, :vector) LIMIT 1
            ), id) WHERE id = :id
            """
        ),
        {"id": gap_id, "model": model, "vector": vector, "least": least_cosine},
    )


def _gap(fields: dict[str, Any]) -> Gap:
    examples = tuple(json.loads(fields.pop("examples")))
    return Gap(**fields, question=examples[0], examples=examples)
