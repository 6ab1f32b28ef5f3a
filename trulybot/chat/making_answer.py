"""“Make this the answer”: what was said to one visitor becomes the owner’s answer to whoever asks the same."""

import re
from typing import NamedTuple

from sqlalchemy import Connection

from trulybot.chat import handover_queries, queries
from trulybot.chat.models import Turn
from trulybot.chat.transcript import asked_before
from trulybot.kit.errors import NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_
from trulybot.knowledge import curated, curated_queries, gap_queries
from trulybot.knowledge.forms import NewAnswer
from trulybot.knowledge.gaps import normal
from trulybot.knowledge.models import CuratedAnswer
from trulybot.knowledge.sources import TYPED

MOST_VARIANTS = 50
LONGEST_QUESTION = 1000  # of an answer’s; visitors may ask at greater length

_CITATION = re.compile(r"[ \t]*\[\d{1,2}\]")


class Offered(NamedTuple):
    """`asked` is the visitor’s turn that is answered; `known` the answer there is to the very question, if any."""

    asked: Turn | None
    answer: str
    known: CuratedAnswer | None


def offered(connection: Connection, conversation_id: str, turn_id: str, message_id: int) -> Offered:
    """A person’s message with the question before it, or else a turn with what the bot said; raises NotFound."""
    if message_id:
        message = next((m for m in handover_queries.messages(connection, conversation_id) if m.id == message_id), None)
        if message is None:
            raise NotFound("There is no such message in this conversation. It may have been deleted.")
        asked = asked_before(queries.turns(connection, conversation_id), message)
        return Offered(asked, message.text, _known(connection, asked.question if asked else ""))
    turn = queries.turn(connection, conversation_id, turn_id)
    if turn is None:
        raise NotFound("There is no such question in this conversation. It may have been deleted.")
    said = "" if turn.kind == "refused" else _CITATION.sub("", turn.answer)
    return Offered(turn, said, _known(connection, turn.question))


def make(connection: Connection, given: NewAnswer, asked: Turn | None, actor: Actor) -> CuratedAnswer:
    """What was the answer before is replaced. The visitor’s own words ask for it too, and are a gap no more."""
    ways = [*given.variants]
    if asked and len(asked.question) <= LONGEST_QUESTION:
        ways.append(asked.question)
    known = _known(connection, given.question)
    if known is None:
        made = curated.add(connection, _with(given, ways))
    else:
        made = curated.change(connection, known.id, _with(given, [*known.variants, *ways]))
    record(connection, actor, N_("Made an answer from a conversation"), made.question)
    for question in {given.question} | ({asked.question, asked.searched} if asked else set()):
        gap_queries.close_asked(connection, normal(question), made.answer)
    return made


def _known(connection: Connection, question: str) -> CuratedAnswer | None:
    typed = curated_queries.answers_of(connection, TYPED)
    return next((answer for answer in typed if normal(answer.question) == normal(question)), None)


def _with(given: NewAnswer, ways: list[str]) -> NewAnswer:
    unlike = {normal(way): way for way in reversed(ways) if normal(way) != normal(given.question)}
    return NewAnswer(given.question, given.answer, tuple(unlike.values())[:MOST_VARIANTS])
