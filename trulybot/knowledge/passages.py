"""Passages enter the index: from here on they are found by their words."""

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from trulybot.knowledge import page_queries, vocabulary
from trulybot.knowledge.reading.wire import Passage


def save(
    connection: Connection, source_id: str, page_id: int, reading: int, position: int, found: Sequence[Passage]
) -> None:
    """`position` is that of the first on its page."""
    if not found:
        return
    rows = [(_hash(passage), passage) for passage in found]
    page_queries.save_passages(connection, source_id, page_id, reading, position, rows)
    vocabulary.learn(connection, _words(found))


def of_answer(ways: Sequence[str], answer: str) -> Iterator[Passage]:
    """Each way of asking is found by its own words and its own vector."""
    for question in ways:
        yield Passage(question, "", answer)


def _hash(passage: Passage) -> bytes:
    return hashlib.sha256("\0".join((passage.title, passage.heading, passage.text)).encode()).digest()


def _words(found: Sequence[Passage]) -> Iterator[str]:
    # Neighbours share title and heading.
    yield from {text for passage in found for text in (passage.title, passage.heading)}
    for passage in found:
        yield passage.text
