"""Whether a workspace can still answer: it is asked for what its own documents say, and nothing of it is kept."""

from dataclasses import replace

from sqlalchemy import Connection

from trulybot.chat.answering import Asked, Room, answer
from trulybot.kit.errors import Unavailable
from trulybot.knowledge.passage_queries import latest_texts

LOOKED_AT = 50
TRIED = 5
WORDS = 12  # of a passage are as many as people ask with
ANYTHING = "Is there anything in these documents?"


async def prove(room: Room) -> str:
    """What kind of answer it gave. Raises Unavailable when it finds none of its own passages again.

    Without the language model, which may be out of reach for a while, and costs money.
    """
    room = replace(room, model=None, has_cache=False)
    questions = await room.library.db.read(_questions)
    if not questions:
        return (await answer(Asked(ANYTHING), room)).kind
    for question in questions:
        given = await answer(Asked(question), room)
        if given.kind != "refused" or (await room.library.find(question, 1)).passages:
            return given.kind
    raise Unavailable("It does not find what its own documents say.")


def _questions(connection: Connection) -> list[str]:
    """The beginnings of the longest among the latest passages."""
    longest = sorted(latest_texts(connection, LOOKED_AT), key=len, reverse=True)[:TRIED]
    return [" ".join(text.split()[:WORDS]) for text in longest]
