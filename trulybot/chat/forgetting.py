"""A visitor has their conversation deleted: each word of it, also where it was noted as a gap, or kept to say again.

What stays are figures that lead to nobody (what a model cost, how often one of the owner's answers was given), and the
details that the visitor left with the form, because those were given for that.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from trulybot.chat import cache_queries, handover_queries, mailing, queries, unhelped
from trulybot.chat.asking import Chat
from trulybot.chat.models import Turn
from trulybot.knowledge.gaps import normal
from trulybot.leads import capture_queries
from trulybot.visitors import queries as visitor_queries


async def forget(chat: Chat, conversation_id: str) -> bool:
    """Whether details stay that the visitor left. Answers under way find nothing to be saved to, and end."""
    lead_stays = await chat.db.write(_forget, conversation_id)
    chat.drop(conversation_id)
    return lead_stays


async def forget_together(chat: Chat, conversation_ids: Sequence[str]) -> None:
    """The same for several that nobody answers any more, in one write, which takes a millisecond or two for each."""
    await chat.db.write(_forget_each, conversation_ids)
    for conversation_id in conversation_ids:
        chat.drop(conversation_id)


def _forget_each(connection: Connection, conversation_ids: Sequence[str]) -> None:
    for conversation_id in conversation_ids:
        _forget(connection, conversation_id)


def _forget(connection: Connection, conversation_id: str) -> bool:
    conversation = queries.conversation(connection, conversation_id)
    turns = queries.turns(connection, conversation_id)
    unhelped.forget(connection, turns, handover_queries.handovers(connection, conversation_id))
    cache_queries.forget_asked(connection, [normal(words) for turn in turns for words in _words_of(turn)])
    lead_stays = capture_queries.first_in(connection, conversation_id) is not None
    mailing.forget(connection, conversation_id)
    queries.delete_conversation(connection, conversation_id)
    if conversation and conversation.visitor_id and not queries.has_visitor(connection, conversation.visitor_id):
        visitor_queries.forget(connection, conversation.visitor_id)
    return lead_stays


def _words_of(turn: Turn) -> set[str]:
    return {turn.question, turn.searched}
