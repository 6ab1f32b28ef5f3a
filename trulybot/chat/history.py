"""What was said in a conversation, as its visitor sees it."""

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import Connection

from trulybot.chat import handover_queries, queries
from trulybot.chat.asking import Chat
from trulybot.chat.forms import History, PersonsMessages, Said, ToldMessage
from trulybot.chat.models import Message, Turn
from trulybot.kit.database import NotStored

MOST = 500  # of the latest turns, and of a person's messages


async def history_of(chat: Chat, conversation_id: str) -> History:
    """An answer under way as far as it was said: its stream goes on from there."""
    turns, told = await chat.db.read(_read, conversation_id)
    return History([said(chat.as_of_now(turn)) for turn in turns], told.messages, told.handed_over, told.person)


async def note_given(chat: Chat, conversation_id: str, messages: Sequence[ToldMessage | Message]) -> None:
    """Its visitor is given these messages now. Most of the time none is new, and nothing is written."""
    if not messages:
        return
    found = chat.db.glance(queries.conversation, conversation_id)
    if found and found.heard < messages[-1].id:
        with suppress(NotStored):  # it is noted the next time they ask
            await chat.db.write(handover_queries.note_heard, conversation_id, messages[-1].id)


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
