"""Passages enter the index: from here on they are found by their words."""

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from trulybot.kit.errors import Invalid
from trulybot.kit.lists import Place
from trulybot.knowledge import page_queries, vocabulary
from trulybot.knowledge.models import SourcePassage
from trulybot.knowledge.reading.wire import Passage


def save(
    connection: Connection, source_id: str, page_id: int, reading: int, position: int, found: Sequence[Passage]
) -> None:
    """`position` is that of the first on its page."""
    if not found:
        return
    rows = [(hash_of(passage), passage) for passage in found]
    page_queries.save_passages(connection, source_id, page_id, reading, position, rows)
    vocabulary.learn(connection, _words(found))


def of_answer(ways: Sequence[str], answer: str) -> Iterator[Passage]:
    """Each way of asking is found by its own words and its own vector."""
    for question in ways:
        yield Passage(question, "", answer)


def place_of(passage: SourcePassage) -> Place:
    """Where it stands in its source, for a cursor: neighbours may share a position."""
    return passage.page_id, f"{passage.position}.{passage.id}"


def after(place: Place | None) -> tuple[int, int, int] | None:
    """Page, position and id of the passage that a cursor names; raises Invalid on one we did not make."""
    if place is None:
        return None
    position, dot, passage_id = place[1].partition(".")
    if not (dot and position.isdecimal() and passage_id.isdecimal() and len(place[1]) < 30):
        raise Invalid("This is not a place in this list. Start from its first page.")
    return place[0], int(position), int(passage_id)


def hash_of(passage: Passage) -> bytes:
    """By which a reading knows again what it has read before."""
    return hashlib.sha256("\0".join((passage.title, passage.heading, passage.text)).encode()).digest()


def _words(found: Sequence[Passage]) -> Iterator[str]:
    # Neighbours share title and heading.
    yield from {text for passage in found for text in (passage.title, passage.heading)}
    for passage in found:
        yield passage.text
