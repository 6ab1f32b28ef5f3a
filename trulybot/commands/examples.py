"""Some weeks of example conversations for the demo, answered by the bot itself from the demo's documents.

Who asks in them is called Example. They are the same each time but for the day they end on, and no model is called.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from trulybot.chat import feedback, handles, handover_queries, inbox_queries, saving
from trulybot.chat.answering import Asked, Room, answer, at_once
from trulybot.chat.forms import Feedback
from trulybot.chat.models import Answer, Asker, Author, Turn
from trulybot.home import queries
from trulybot.home.examples import EXAMPLE, NAME
from trulybot.kit.clock import DAY, HOUR, MINUTE, now
from trulybot.leads import capture_queries
from trulybot.leads import queries as lead_queries
from trulybot.leads.models import Capture
from trulybot.visitors import queries as visitor_queries
from trulybot.workspace import Workspace

DAYS = 60
SEED = 20
OPEN_FOR = 2 * DAY  # who asked for a person before that was answered by one
FEW, MANY = 3, 9  # conversations on the first and the last day
HOURS = (7, 8, 9, 9, 9, 10, 10, 10, 10, 11, 11, 11, 12, 13, 13, 14, 14, 14, 14, 15, 15, 15, 16, 16, 17, 18, 19, 20, 21)

A_PERSON = "I want to talk to a person"
ANSWERED = (
    "What is TrulyBot?",
    "Which files can it read?",
    "How do I back up my workspace?",
    "Does it work without an API key?",
    "How do I put the widget on my website?",
    "How do I invite a teammate?",
    "Can I change the colour of the widget?",
    "How do I search conversations?",
    "Which models can write the answers?",
    "How do I take over a conversation?",
    "How are gaps ranked?",
    "Can visitors delete their conversation?",
    "How do I export my leads?",
    "How much memory does it need?",
)
NOT_ANSWERED = (
    "Is there a native iPhone app?",
    "Do you offer a discount for charities?",
    "Can it answer on WhatsApp?",
    "Who won the cricket match yesterday?",
    "Do you have an office in Pune?",
)
PAGES = ("https://example.com/", "https://example.com/pricing", "https://example.com/help")
PEOPLE = ("Meera Nair", "Tom Keller", "Aiko Mori", "Samuel Ortiz", "Leila Haddad", "Jonas Berg")


class Example(NamedTuple):
    """One conversation: when it begins, what is asked in it, and what comes of it."""

    at: int
    questions: tuple[str, ...]
    page: str
    vote: str
    leaves: str  # the name of somebody who leaves their address


async def add_examples(workspace: Workspace) -> None:
    """Nothing where somebody has asked already."""
    if await workspace.db.read(inbox_queries.has_any):
        return
    room = Room((await workspace.room()).preferences, workspace.library)
    answers = {question: await _answered(question, room) for question in (*ANSWERED, *NOT_ANSWERED, A_PERSON)}
    *most, last = _examples(now())
    waiting = last._replace(questions=(*last.questions, A_PERSON), leaves="")
    await workspace.db.write(_save, [*most, waiting], answers)


async def _answered(question: str, room: Room) -> Answer:
    given = at_once(question, room.preferences) or await answer(Asked(question), room)
    return msgspec.structs.replace(given, key=None)


def _examples(end: int) -> Iterator[Example]:
    chance = random.Random(SEED)
    for ago in range(DAYS - 1, -1, -1):
        midnight = (end // DAY - ago) * DAY
        share = 0.4 if (midnight // DAY + 3) % 7 > 4 else 1  # 1970 began on a Thursday
        usual = (MANY - (MANY - FEW) * ago / DAYS) * share
        for _ in range(round(usual * chance.uniform(0.7, 1.4))):
            example = _example(chance, midnight + chance.choice(HOURS) * HOUR + chance.randrange(HOUR))
            if example.at < end - HOUR:
                yield example


def _example(chance: random.Random, at: int) -> Example:
    questions = chance.sample(ANSWERED, chance.choice((1, 1, 1, 2, 2, 3)))
    if chance.random() < 0.2:
        questions.append(chance.choice(NOT_ANSWERED[: chance.choice((2, 5))]))
        if chance.random() < 0.3:
            questions.append(A_PERSON)
    return Example(
        at,
        tuple(questions),
        chance.choice(PAGES),
        chance.choices(("", "up", "down"), (75, 22, 3))[0],
        chance.choice(PEOPLE) if chance.random() < 0.09 else "",
    )


def _save(connection: Connection, examples: list[Example], answers: dict[str, Answer]) -> None:
    visitor_queries.save(connection, EXAMPLE, NAME.lower(), NAME, None)
    for number, example in enumerate(examples):
        asker = Asker(EXAMPLE, handles.new_id("c"), is_new=True)
        for place, question in enumerate(example.questions):
            at = example.at + place * 2 * MINUTE
            _ask(connection, asker._replace(is_new=place == 0), example, question, at, answers[question])
        if example.leaves:
            _leave(connection, asker.conversation_id, example, number)
        if A_PERSON in example.questions and example.at < now() - OPEN_FOR:
            handover_queries.begin(connection, asker.conversation_id, "asked for", Author(NAME, None))
            handover_queries.end(connection, asker.conversation_id, Author(NAME, None))
    queries.date_leads_of(connection, EXAMPLE)
    queries.count_anew(connection)


def _ask(connection: Connection, asker: Asker, example: Example, question: str, at: int, given: Answer) -> None:
    asked = Turn(
        id=handles.new_id("t"),
        conversation_id=asker.conversation_id,
        question=question,
        asked_at=at,
        page=example.page,
    )
    if given.kind == "handover":
        asked = asked.answered(given)
    saving.save_question(connection, asked, asker, "en", None)
    saving.save_answer(connection, asked, given)
    if asker.is_new and example.vote:
        reason = "This was not what I asked." if example.vote == "down" else None
        vote = msgspec.convert({"vote": example.vote, "reason": reason}, Feedback)
        feedback.give(connection, asker.conversation_id, asked.id, vote)


def _leave(connection: Connection, conversation_id: str, example: Example, number: int) -> None:
    name = example.leaves
    values = {"name": name, "email": f"{name.lower().replace(' ', '.')}.{number}@example.com"}
    capture = Capture(
        id=handles.new_id("l"),
        conversation=conversation_id,
        visitor=EXAMPLE,
        fields=values,
        consent=None,
        page=example.page,
        locale="en",
        captured_at=example.at + 10 * MINUTE,
    )
    lead_queries.add(connection, capture.id, values)
    capture_queries.add(connection, capture.id, capture, None)
