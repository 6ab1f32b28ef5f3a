"""All SQL about conversations and turns."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, text

from trulybot.chat.models import DECLINED, Answer, Citation, Conversation, Turn, Vote
from trulybot.kit.clock import now

_TURN = """
    SELECT id, conversation_id, question, answer, kind, state, citations, record, asked_at, page, vote,
        reason AS vote_reason
    FROM turns LEFT JOIN feedback ON turn_id = id
"""

_PLAIN = ("id", "conversation_id", "question", "answer", "kind", "state", "asked_at", "page")


def conversation(connection: Connection, conversation_id: str) -> Conversation | None:
    row = connection.execute(
        text("SELECT id, locale, started_at, asked_at, visitor_id, heard, mailed FROM conversations WHERE id = :id"),
        {"id": conversation_id},
    ).one_or_none()
    return Conversation(**row._mapping) if row else None


def conversations(connection: Connection, most: int, before: tuple[int, str] | None = None) -> list[dict[str, Any]]:
    """Newest first: id, first_question, turns, last_kind, asked_at; older than the given (asked_at, id)."""
    rows = connection.execute(
        text(
            """
            SELECT id, asked_at, started_at, questions AS turns, first_question, last_kind
            FROM conversations WHERE :id IS NULL OR (asked_at, id) < (:at, :id)
            ORDER BY asked_at DESC, id DESC LIMIT :most
            """
        ),
        {"at": before[0] if before else 0, "id": before[1] if before else None, "most": most},
    )
    return [dict(row._mapping) for row in rows]


def turn(connection: Connection, conversation_id: str, turn_id: str) -> Turn | None:
    row = connection.execute(
        text(f"{_TURN} WHERE id = :id AND conversation_id = :conversation"),
        {"id": turn_id, "conversation": conversation_id},
    ).one_or_none()
    return _turn(row) if row else None


def turns(connection: Connection, conversation_id: str) -> list[Turn]:
    """Oldest first."""
    rows = connection.execute(
        text(f"{_TURN} WHERE conversation_id = :id ORDER BY asked_at, turns.rowid"), {"id": conversation_id}
    )
    return [_turn(row) for row in rows]


def exchanges_before(connection: Connection, asked: Turn, most: int) -> list[tuple[str, str]]:
    """The latest questions of its conversation that were answered or refused, with what was said, oldest first."""
    rows = connection.execute(
        text(
            """
            SELECT question, answer FROM turns
            WHERE conversation_id = :conversation AND id <> :id AND state = 'done'
                AND kind NOT IN ('greeting', 'handover') AND record ->> 'decision' IS NOT :declined
            ORDER BY asked_at DESC, rowid DESC LIMIT :most
            """
        ),
        {"conversation": asked.conversation_id, "id": asked.id, "most": most, "declined": DECLINED},
    )
    return [(question, answer) for question, answer in rows][::-1]


def turn_asked_for(connection: Connection, request: str) -> Turn | None:
    """The one that was made under this `request` before."""
    row = connection.execute(text(f"{_TURN} WHERE request = :request"), {"request": request}).one_or_none()
    return _turn(row) if row else None


def begin_conversation(connection: Connection, asked: Turn, visitor_id: str, locale: str | None) -> None:
    connection.execute(
        text(
            """
            INSERT INTO conversations (id, visitor_id, locale, started_at, asked_at)
            VALUES (:id, :visitor, :locale, :now, :now)
            """
        ),
        {"id": asked.conversation_id, "visitor": visitor_id, "locale": locale, "now": asked.asked_at},
    )


def continue_conversation(connection: Connection, asked: Turn, visitor_id: str, locale: str | None) -> bool:
    """Whether it is still there."""
    continued = connection.execute(
        text(
            """
            UPDATE conversations SET asked_at = :now, locale = coalesce(:locale, locale), visitor_id = :visitor
            WHERE id = :id
            """
        ),
        {"id": asked.conversation_id, "visitor": visitor_id, "locale": locale, "now": asked.asked_at},
    )
    return continued.rowcount == 1


def delete_conversation(connection: Connection, conversation_id: str) -> None:
    """With its turns, their feedback, and what people did in it."""
    connection.execute(text("DELETE FROM conversations WHERE id = :id"), {"id": conversation_id})


def asked_before(connection: Connection, before: int, most: int) -> list[str]:
    """Conversations in which nothing was asked since, the oldest first."""
    query = "SELECT id FROM conversations WHERE asked_at < :before ORDER BY asked_at, id LIMIT :most"
    return list(connection.execute(text(query), {"before": before, "most": most}).scalars())


def has_visitor(connection: Connection, visitor_id: str) -> bool:
    """Whether a conversation of theirs is left."""
    query = "SELECT 1 FROM conversations WHERE visitor_id = :id LIMIT 1"
    return connection.execute(text(query), {"id": visitor_id}).scalar() is not None


def save_turn(connection: Connection, asked: Turn, request: str | None) -> None:
    connection.execute(
        text(
            """
            INSERT INTO turns (
                id, conversation_id, question, answer, kind, state, citations, record, request, asked_at, page,
                answered_at
            ) VALUES (
                :id, :conversation_id, :question, :answer, :kind, :state, :citations, :record, :request, :asked_at,
                :page, iif(:state = 'done', :asked_at, NULL)
            )
            """
        ),
        {
            **{name: getattr(asked, name) for name in _PLAIN},
            "citations": msgspec.json.encode(asked.citations).decode(),
            "record": msgspec.json.encode(asked.record).decode(),
            "request": request,
        },
    )


def save_answer(connection: Connection, turn_id: str, given: Answer) -> bool:
    """Whether there was a turn still waiting for it."""
    saved = connection.execute(
        text(
            """
            UPDATE turns SET answer = :answer, kind = :kind, state = 'done', citations = :citations, record = :record,
            answered_at = :now WHERE id = :id AND state = 'running'
            """
        ),
        {
            "id": turn_id,
            "answer": given.text,
            "kind": given.kind,
            "citations": msgspec.json.encode(given.citations).decode(),
            "record": msgspec.json.encode(given.record).decode(),
            "now": now(),
        },
    )
    return saved.rowcount == 1


def vote_on(connection: Connection, turn_id: str) -> Vote | None:
    vote: Vote | None = connection.execute(
        text("SELECT vote FROM feedback WHERE turn_id = :id"), {"id": turn_id}
    ).scalar()
    return vote


def save_vote(connection: Connection, turn_id: str, vote: Vote, reason: str | None) -> None:
    connection.execute(
        text(
            """
            INSERT INTO feedback (turn_id, vote, reason, given_at) VALUES (:id, :vote, :reason, :now)
            ON CONFLICT (turn_id) DO UPDATE SET vote = excluded.vote, reason = excluded.reason, given_at = :now
            """
        ),
        {"id": turn_id, "vote": vote, "reason": reason, "now": now()},
    )


def turn_before(connection: Connection, asked: Turn) -> Turn | None:
    """The last one of the conversation that was answered or refused."""
    row = connection.execute(
        text(
            f"""
            {_TURN} WHERE conversation_id = :conversation AND id != :id
            AND kind NOT IN ('greeting', 'handover') ORDER BY asked_at DESC, turns.rowid DESC LIMIT 1
            """
        ),
        {"conversation": asked.conversation_id, "id": asked.id},
    ).one_or_none()
    return _turn(row) if row else None


def keep_said(connection: Connection, turn_id: str, said: str) -> None:
    """So far, of an answer that goes on."""
    connection.execute(
        text("UPDATE turns SET answer = :said WHERE id = :id AND state = 'running'"), {"id": turn_id, "said": said}
    )


def interrupt(connection: Connection, turn_id: str, said: str) -> None:
    """The answer was cut off; what was said so far is kept, and the same request may be made again."""
    connection.execute(
        text(
            """
            UPDATE turns SET state = 'interrupted', answer = :said, request = NULL
            WHERE id = :id AND state = 'running'
            """
        ),
        {"id": turn_id, "said": said},
    )


def interrupt_all(connection: Connection) -> int:
    """At the start of a process nothing can be running: what says so was cut off by a crash."""
    query = "UPDATE turns SET state = 'interrupted', request = NULL WHERE state = 'running'"
    return connection.execute(text(query)).rowcount


def _turn(row: Row[Any]) -> Turn:
    fields = dict(row._mapping)
    fields["citations"] = msgspec.json.decode(fields["citations"], type=tuple[Citation, ...])
    fields["record"] = msgspec.json.decode(fields["record"])
    return Turn(**fields)
