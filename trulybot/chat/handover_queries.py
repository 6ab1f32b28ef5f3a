"""All SQL about handovers and what people write in them."""

from sqlalchemy import Connection, text

from trulybot.chat.models import Author, Handover, HandoverReason, Message
from trulybot.kit.clock import now

_HANDOVER = """
    SELECT id, conversation_id, reason, begun_by, begun_at, told_at, ended_by, ended_at, person, taken_from
    FROM handovers
"""


def standing(connection: Connection, conversation_id: str) -> Handover | None:
    row = connection.execute(
        text(f"{_HANDOVER} WHERE conversation_id = :id AND ended_at IS NULL"), {"id": conversation_id}
    ).one_or_none()
    return Handover(**row._mapping) if row else None


def handovers(connection: Connection, conversation_id: str) -> list[Handover]:
    """Oldest first."""
    rows = connection.execute(text(f"{_HANDOVER} WHERE conversation_id = :id ORDER BY id"), {"id": conversation_id})
    return [Handover(**row._mapping) for row in rows]


def begin(
    connection: Connection,
    conversation_id: str,
    reason: HandoverReason,
    author: Author,
    before: Handover | None = None,
) -> bool:
    """Whether it could begin: another may stand. It may go on from one before."""
    begun = connection.execute(
        text(
            """
            INSERT INTO handovers (conversation_id, reason, begun_by, person, begun_at, told_at, taken_from)
            VALUES (:id, :reason, :author, :person, :now, :told_at, :taken_from) ON CONFLICT DO NOTHING
            """
        ),
        {
            "id": conversation_id,
            "reason": reason,
            "author": author.name,
            "person": author.shown_as,
            "now": now(),
            "told_at": before and before.told_at,
            "taken_from": before and before.id,
        },
    )
    return begun.rowcount == 1


def end(connection: Connection, conversation_id: str, author: Author) -> bool:
    ended = connection.execute(
        text(
            """
            UPDATE handovers SET ended_by = :author, ended_at = :now WHERE conversation_id = :id AND ended_at IS NULL
            """
        ),
        {"id": conversation_id, "author": author.name, "now": now()},
    )
    return ended.rowcount == 1


def note_told(connection: Connection, conversation_id: str) -> None:
    connection.execute(
        text("UPDATE handovers SET told_at = :now WHERE conversation_id = :id AND told_at IS NULL"),
        {"id": conversation_id, "now": now()},
    )


def note_heard(connection: Connection, conversation_id: str, message_id: int) -> None:
    """Its visitor was given all messages up to this one."""
    connection.execute(
        text("UPDATE conversations SET heard = :message WHERE id = :id AND heard < :message"),
        {"id": conversation_id, "message": message_id},
    )


def note_mailed(connection: Connection, conversation_id: str, message_id: int) -> None:
    """All messages up to this one that its visitor was not given went to them by e-mail."""
    connection.execute(
        text("UPDATE conversations SET mailed = :message WHERE id = :id"),
        {"id": conversation_id, "message": message_id},
    )


def say(connection: Connection, conversation_id: str, author: Author, said: str) -> Message:
    row = connection.execute(
        text(
            """
            INSERT INTO messages (conversation_id, author, person, text, sent_at)
            VALUES (:id, :author, :person, :text, :now) RETURNING id, author, person, text, sent_at
            """
        ),
        {"id": conversation_id, "author": author.name, "person": author.shown_as, "text": said, "now": now()},
    ).one()
    return Message(**row._mapping)


def messages(connection: Connection, conversation_id: str, after: int = 0) -> list[Message]:
    """Oldest first, those with an id above `after`."""
    rows = connection.execute(
        text(
            """
            SELECT id, author, person, text, sent_at FROM messages
            WHERE conversation_id = :id AND id > :after ORDER BY id
            """
        ),
        {"id": conversation_id, "after": after},
    )
    return [Message(**row._mapping) for row in rows]
