"""All SQL about gaps: questions that found no answer, or none that helped, by what they are about."""

import json
from collections.abc import Sequence
from typing import Literal, NamedTuple

from sqlalchemy import Connection, text

from trulybot.kit.clock import now

Reason = Literal["refused", "disliked", "handed_over"]

_OPEN = """
    SELECT id, question, unhelpful_answer, asked, model, vector, (SELECT version FROM knowledge_version) AS knowledge
    FROM gaps WHERE closed_at IS NULL
"""
# Unless it was asked again meanwhile: then the answer that was found may be the one that did not help.
_STILL_OPEN = "id = :id AND closed_at IS NULL AND asked = :asked"


class OpenQuestion(NamedTuple):
    """`knowledge` is the version of what it would be answered from now."""

    id: int
    question: str
    unhelpful_answer: str | None
    asked: int
    model: str | None
    vector: bytes | None
    knowledge: int


def note(
    connection: Connection,
    question: str,
    normal: str,
    reason: Reason,
    unhelpful: str | None,
    passages: Sequence[int],
) -> None:
    """One more time; a gap that was closed opens again, and is worth another try.

    Passages are known by their hashes, because an id may come to belong to another.
    """
    connection.execute(
        text(
            f"""
            INSERT INTO gaps (question, normal, {reason}, unhelpful_answer, known, first_at, last_at)
            VALUES (:question, :normal, 1, :unhelpful, (
                SELECT json_group_array(hex(coalesce(corrected_hash, hash))) FROM passages
                WHERE id IN (SELECT value FROM json_each(:passages))
            ), :now, :now)
            ON CONFLICT (normal) DO UPDATE SET asked = asked + 1, {reason} = {reason} + 1, last_at = :now,
                unhelpful_answer = coalesce(excluded.unhelpful_answer, unhelpful_answer), known = excluded.known,
                topic = CASE WHEN closed_at IS NULL THEN topic END, closed_at = NULL, found_answer = NULL, tried = NULL
            """
        ),
        {
            "question": question,
            "normal": normal,
            "unhelpful": unhelpful,
            "passages": json.dumps(list(passages)),
            "now": now(),
        },
    )


def note_conversation(connection: Connection, normal: str, conversation_id: str, asked_at: int, most: int) -> None:
    """The question was asked there; of each question the latest `most` conversations are known."""
    values = {"normal": normal, "conversation": conversation_id, "at": asked_at, "most": most}
    connection.execute(
        text(
            """
            INSERT INTO gap_conversations (gap_id, conversation_id, asked_at)
            SELECT id, :conversation, :at FROM gaps WHERE normal = :normal
            ON CONFLICT (gap_id, conversation_id) DO UPDATE SET asked_at = excluded.asked_at
            """
        ),
        values,
    )
    connection.execute(
        text(
            """
            DELETE FROM gap_conversations WHERE gap_id = (SELECT id FROM gaps WHERE normal = :normal)
            AND conversation_id NOT IN (
                SELECT conversation_id FROM gap_conversations
                WHERE gap_id = (SELECT id FROM gaps WHERE normal = :normal) ORDER BY asked_at DESC LIMIT :most
            )
            """
        ),
        values,
    )


def forget_conversation(connection: Connection, normal: str, conversation_id: str) -> None:
    connection.execute(
        text(
            """
            DELETE FROM gap_conversations WHERE conversation_id = :conversation
            AND gap_id = (SELECT id FROM gaps WHERE normal = :normal)
            """
        ),
        {"normal": normal, "conversation": conversation_id},
    )


def take_back(connection: Connection, normal: str, reason: Reason, unhelpful: str | None) -> None:
    """Where others asked the same, the gap stays, but not what was said to this one."""
    connection.execute(
        text(
            f"""
            UPDATE gaps SET asked = asked - 1, {reason} = {reason} - 1,
                unhelpful_answer = nullif(unhelpful_answer, :unhelpful) WHERE normal = :normal AND {reason} > 0
            """
        ),
        {"normal": normal, "unhelpful": unhelpful},
    )
    connection.execute(text("DELETE FROM gaps WHERE normal = :normal AND asked < 1"), {"normal": normal})


def close(connection: Connection, gap_id: int) -> int:
    """How many questions of its topic were open."""
    closed = connection.execute(
        text(
            """
            UPDATE gaps SET closed_at = :now
            WHERE closed_at IS NULL AND about = (SELECT about FROM gaps WHERE id = :id)
            """
        ),
        {"id": gap_id, "now": now()},
    )
    return closed.rowcount


def reopen(connection: Connection, gap_id: int) -> int:
    """How many questions of its topic were closed in the same step; they are worth another try."""
    opened = connection.execute(
        text(
            """
            UPDATE gaps SET closed_at = NULL, found_answer = NULL, tried = NULL WHERE id IN (
                SELECT one.id FROM gaps AS one JOIN gaps AS given ON given.id = :id
                WHERE one.closed_at = given.closed_at AND (one.found_answer IS NULL) = (given.found_answer IS NULL)
                AND one.about = given.about
            )
            """
        ),
        {"id": gap_id},
    )
    return opened.rowcount


def questions_of(connection: Connection, gap_id: int, most: int) -> list[OpenQuestion]:
    """The open questions of its topic."""
    rows = connection.execute(
        text(
            f"""
            {_OPEN} AND about = (SELECT about FROM gaps WHERE id = :id)
            ORDER BY asked DESC, last_at DESC, id LIMIT :most
            """
        ),
        {"id": gap_id, "most": most},
    )
    return [OpenQuestion(*row) for row in rows]


def untried(connection: Connection, most: int) -> list[OpenQuestion]:
    """Not tried with the present knowledge: those never tried, then those tried longest ago."""
    rows = connection.execute(
        text(
            f"""
            {_OPEN} AND tried IS NOT (SELECT version FROM knowledge_version)
            ORDER BY tried, asked DESC, id LIMIT :most
            """
        ),
        {"most": most},
    )
    return [OpenQuestion(*row) for row in rows]


def note_tried(connection: Connection, question: OpenQuestion) -> None:
    connection.execute(
        text(f"UPDATE gaps SET tried = :knowledge WHERE {_STILL_OPEN}"),
        {"id": question.id, "asked": question.asked, "knowledge": question.knowledge},
    )


def close_question(connection: Connection, question: OpenQuestion, answer: str) -> bool:
    """Whether it could be closed with the answer that was found."""
    closed = connection.execute(
        text(f"UPDATE gaps SET closed_at = :now, found_answer = :answer WHERE {_STILL_OPEN}"),
        {"id": question.id, "asked": question.asked, "answer": answer, "now": now()},
    )
    return closed.rowcount == 1


def close_asked(connection: Connection, normal: str, answer: str) -> None:
    """Somebody wrote the answer to this very question."""
    connection.execute(
        text("UPDATE gaps SET closed_at = :now, found_answer = :answer WHERE normal = :normal AND closed_at IS NULL"),
        {"normal": normal, "answer": answer, "now": now()},
    )


def was_known(connection: Connection, question: OpenQuestion, passage: int) -> bool:
    """Whether the unhelpful answer was made from this passage too."""
    query = """
        SELECT 1 FROM gaps, json_each(known), passages
        WHERE gaps.id = :id AND passages.id = :passage AND value = hex(coalesce(corrected_hash, hash))
    """
    return connection.execute(text(query), {"id": question.id, "passage": passage}).scalar() is not None


def without_topic(connection: Connection, most: int) -> list[tuple[int, str]]:
    """(id, question) of open gaps, oldest first."""
    rows = connection.execute(
        text("SELECT id, question FROM gaps WHERE topic IS NULL AND closed_at IS NULL ORDER BY id LIMIT :most"),
        {"most": most},
    )
    return [(row.id, row.question) for row in rows]


def place(connection: Connection, gap_id: int, model: str, vector: bytes, least_cosine: float) -> None:
    """Put a gap to the topic that means nearly the same and has open questions, or let it begin one."""
    connection.execute(
        text(
            """
            UPDATE gaps SET model = :model, vector = :vector, topic = coalesce((
                SELECT first.id FROM gaps AS first
                WHERE first.topic = first.id AND first.id != :id
                AND EXISTS (SELECT 1 FROM gaps AS one WHERE one.topic = first.id AND one.closed_at IS NULL)
                AND first.model = :model AND length(first.vector) = length(:vector)
                AND 1 - vec_distance_cosine(first.vector, :vector) >= :least
                ORDER BY vec_distance_cosine(first.vector, :vector) LIMIT 1
            ), id) WHERE id = :id
            """
        ),
        {"id": gap_id, "model": model, "vector": vector, "least": least_cosine},
    )
