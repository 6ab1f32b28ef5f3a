"""Whether a visitor asks what the owner has answered: close enough to give the answer word for word.

To be wrong here is worse than to miss: what is missed is still found by search.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from trulybot.knowledge import curated_queries
from trulybot.knowledge.gaps import normal
from trulybot.knowledge.library import Question
from trulybot.knowledge.models import CuratedAnswer
from trulybot.knowledge.terms import STOP_WORDS, stems_of, words_of
from trulybot.llm.local import MODEL as LOCAL_MODEL

LOOKED_AT = 20  # ways of asking, the nearest

# Cosines of MiniLM, set on forty-six pairs of questions and measured on others (docs/answers.md): where the visitor
# uses no other words than the owner, where some of the owner's are missing, and where there are others.
SAME_WORDS, FEWER_WORDS, OTHER_WORDS = 0.70, 0.80, 0.88

_POINTS = frozenset(["who", "when", "where", "why"])  # two questions about one thing differ in what they want to know


class Match(NamedTuple):
    """`cosine` is None where the words are exactly the same; `is_close` says whether a visitor gets the answer.

    `needed` is the cosine from which they would, None where they never would.
    """

    answer: CuratedAnswer
    way: str
    cosine: float | None
    is_close: bool
    needed: float | None


def match(connection: Connection, question: Question) -> CuratedAnswer | None:
    return next((found.answer for found in _matches(connection, question, SAME_WORDS) if found.is_close), None)


def matches(connection: Connection, question: Question, most: int) -> list[Match]:
    """The answers that come nearest, each once."""
    by_answer: dict[int, Match] = {}
    for found in _matches(connection, question, -1):
        by_answer.setdefault(found.answer.id, found)
    return list(by_answer.values())[:most]


def is_close(asked: str, way: str, ways: Iterable[str], cosine: float, model: str) -> bool:
    """`way` is the one of the answer's `ways` that comes nearest to what was `asked`."""
    least = needed(asked, way, ways, model)
    return least is not None and cosine >= least


def needed(asked: str, way: str, ways: Iterable[str], model: str) -> float | None:
    """The least cosine of what was asked and the nearest way; None where the two want to know different things."""
    theirs, ours = _telling(asked), _telling(way)
    known = ours.union(*(_telling(other) for other in ways))
    if _points(asked) and _points(way) and not _points(asked) & _points(way):
        return None
    if theirs - known or model != LOCAL_MODEL:
        return OTHER_WORDS
    return FEWER_WORDS if ours - theirs else SAME_WORDS


def _matches(connection: Connection, question: Question, least: float) -> Iterator[Match]:
    """The same words, then what has at least this cosine: to look each answer up takes longer than to find it."""
    understood = question.understood
    exact = curated_queries.asked_as(connection, normal(understood.question))
    if exact and (answer := curated_queries.answer(connection, exact)):
        yield Match(answer, answer.question, None, True, None)
    if question.vector is None or question.model is None:
        return
    for way in curated_queries.nearest_ways(connection, question.model, question.vector, LOOKED_AT):
        if way.cosine < least:
            return
        if answer := curated_queries.answer(connection, way.curated_id):
            enough = needed(understood.text, way.question, answer.ways, question.model)
            yield Match(answer, way.question, way.cosine, enough is not None and way.cosine >= enough, enough)


def _telling(question: str) -> set[str]:
    return set(stems_of(word for word in words_of(question) if word not in STOP_WORDS).values())


def _points(question: str) -> frozenset[str]:
    return _POINTS.intersection(words_of(question))
