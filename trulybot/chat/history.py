"""What was said in a conversation, as its visitor sees it."""

from sqlalchemy import Connection

from trulybot.chat import handover_queries, queries
from trulybot.chat.asking import Chat
from trulybot.chat.forms import History, PersonsMessages, Said, ToldMessage
from trulybot.chat.models import Turn

MOST = 500  # of the latest turns, and of a person's messages


async def history_of(chat: Chat, conversation_id: str) -> History:
    """An answer under way as far as it was said: its stream goes on from there."""
    turns, told = await chat.db.read(_read, conversation_id)
    return History([said(chat.as_of_now(turn)) for turn in turns], told.messages, told.handed_over, told.person)


def messages_of(connection: Connection, conversation_id: str, after: int = 0) -> PersonsMessages:
    found = handover_queries.messages(connection, conversation_id, after)[-MOST:]
    standing = handover_queries.standing(connection, conversation_id)
    messages = [ToldMessage(message.id, message.text, message.sent_at, message.person) for message in found]
    return PersonsMessages(messages, standing is not None, standing.person if standing else None)


def said(turn: Turn) -> Said:
    return Said(
        turn=turn.id,
        question=turn.question,
        answer=turn.answer,
        kind=turn.kind,
        state=turn.state,
        citations=turn.citations,
        vote=turn.vote,
        asked_at=turn.asked_at,
    )


def _read(connection: Connection, conversation_id: str) -> tuple[list[Turn], PersonsMessages]:
    return queries.turns(connection, conversation_id)[-MOST:], messages_of(connection, conversation_id)
