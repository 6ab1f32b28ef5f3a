"""All SQL about the list of answers as staff look through it."""

from typing import Literal, NamedTuple

from sqlalchemy import Connection, text

from trulybot.kit.lists import Place
from trulybot.knowledge.curated_queries import ANSWER, answer_in
from trulybot.knowledge.models import CuratedAnswer

By = Literal["newest", "most-given", "never-given"]

_PLACES = {"newest": "created_at", "most-given": "hits", "never-given": "created_at"}
_WORDS = """
    AND (instr(lower(question || ' ' || answer), lower(:words)) > 0 OR EXISTS (
        SELECT 1 FROM ways_of_asking WHERE curated_id = curated.id AND instr(lower(question), lower(:words)) > 0
    ))
"""


class SoughtAnswers(NamedTuple):
    """In this order, those with `words` in them."""

    by: By = "newest"
    words: str = ""


class RemovedAnswer(NamedTuple):
    id: int
    question: str
    removed_at: int


EVERY_ANSWER = SoughtAnswers()


def answers(
    connection: Connection, most: int, after: Place | None = None, sought: SoughtAnswers = EVERY_ANSWER
) -> list[CuratedAnswer]:
    """At most `most`, after the given place in their order."""
    first = _PLACES[sought.by]
    where = (" AND hits = 0" if sought.by == "never-given" else "") + (_WORDS if sought.words else "")
    rows = connection.execute(
        text(
            f"{ANSWER}{where} AND (:id IS NULL OR ({first}, id) < (:first, CAST(:id AS INTEGER))) "
            f"ORDER BY {first} DESC, id DESC LIMIT :most"
        ),
        {
            "first": after[0] if after else 0,
            "id": after[1] if after else None,
            "most": most,
            **({"words": sought.words} if sought.words else {}),
        },
    )
    return [answer_in(row) for row in rows]


def place_of(answer: CuratedAnswer, by: By = "newest") -> Place:
    return (answer.hits if by == "most-given" else answer.created_at), str(answer.id)


def removed(connection: Connection, since: int, most: int) -> list[RemovedAnswer]:
    """Those that can be brought back, the last removed first."""
    rows = connection.execute(
        text(
            """
            SELECT id, question, removed_at FROM curated WHERE removed_at > :since
            AND EXISTS (SELECT 1 FROM ways_of_asking WHERE curated_id = curated.id)
            ORDER BY removed_at DESC, id DESC LIMIT :most
            """
        ),
        {"since": since, "most": most},
    )
    return [RemovedAnswer(*row) for row in rows]


def count(connection: Connection, most: int) -> int:
    """Of all answers, up to `most`."""
    query = f"SELECT count(*) FROM (SELECT 1 FROM ({ANSWER}) LIMIT :most)"
    number: int = connection.execute(text(query), {"most": most}).scalar_one()
    return number
