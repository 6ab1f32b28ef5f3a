"""Conversations that are shown as examples: whose visitor is EXAMPLE. A real workspace has none."""

from sqlalchemy import Connection

from trulybot.chat import forgetting
from trulybot.chat.asking import Chat
from trulybot.home import queries
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_
from trulybot.leads import deleted_queries

EXAMPLE = "v_example"
NAME = "Example"
TOGETHER = 8  # conversations: a commit for each takes long, and one for all keeps others waiting


async def remove(chat: Chat, actor: Actor) -> None:
    """With the leads and gaps that came of them, and what was counted."""
    await chat.db.write(_remove_leads, actor)
    going = await chat.db.read(queries.conversations_of, EXAMPLE)
    for place in range(0, len(going), TOGETHER):
        await forgetting.forget_together(chat, going[place : place + TOGETHER])
    await chat.db.write(queries.count_anew)


def _remove_leads(connection: Connection, actor: Actor) -> None:
    record(connection, actor, N_("Removed the examples"))
    deleted_queries.erase(connection, queries.leads_of(connection, EXAMPLE))
