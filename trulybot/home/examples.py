"""Conversations that are shown as examples: whose visitor is EXAMPLE. A real workspace has none."""

from sqlalchemy import Connection

from trulybot.chat import forgetting
from trulybot.chat.asking import Chat
from trulybot.home import queries
from trulybot.leads import deleted_queries

EXAMPLE = "v_example"
NAME = "Example"


async def remove(chat: Chat) -> None:
    """With the leads and gaps that came of them, and what was counted."""
    for conversation_id in await chat.db.read(queries.conversations_of, EXAMPLE):
        await forgetting.forget(chat, conversation_id)
    await chat.db.write(_remove_the_rest)


def _remove_the_rest(connection: Connection) -> None:
    deleted_queries.erase(connection, queries.leads_of(connection, EXAMPLE))
    queries.count_anew(connection)
