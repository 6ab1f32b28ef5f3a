"""What a reading leaves in the database, as units of work: each is short and leaves everything consistent."""

from dataclasses import dataclass

from sqlalchemy import Connection

from trulybot.kit import jobs
from trulybot.kit.texts import with_values
from trulybot.knowledge import curated, curated_queries, page_queries, passages, queries
from trulybot.knowledge.indexing import EVERYTHING, INDEXING
from trulybot.knowledge.models import Page, Source
from trulybot.knowledge.reading import wire as read
from trulybot.knowledge.reading.document import ReadingFailed


class SourceIsGone(Exception):
    """Deleted while it was being read."""


@dataclass(frozen=True)
class Batch:
    """Where the next passages belong: `position` of the first, `progress_is_pages` where a walk counts pages."""

    source_id: str
    page_id: int
    reading: int
    position: int
    progress_is_pages: bool
    max_passages: int


def begin(connection: Connection, source_id: str) -> tuple[int, dict[str, Page]]:
    """The number of this reading, and the pages of the last one."""
    _assert_there(connection, source_id)
    queries.set_status(connection, source_id, "reading")
    return page_queries.next_reading(connection, source_id), page_queries.known_pages(connection, source_id)


def begin_page(connection: Connection, source_id: str, page: Page, reading: int) -> int:
    _assert_there(connection, source_id)
    return page_queries.begin_page(connection, source_id, page.url, page.depth, reading)


def save(connection: Connection, place: Batch, batch: read.Batch) -> int:
    """Passages become findable by word, pairs become curated answers; gives how many passages there were."""
    _assert_there(connection, place.source_id)
    found = [*batch.passages]
    for pair in batch.pairs:
        found += passages.of_answer((pair.question, *pair.variants), pair.answer)
    passages.save(connection, place.source_id, place.page_id, place.reading, place.position, found)
    if batch.pairs:
        curated.keep_pairs(connection, place.source_id, place.reading, batch.pairs)
    if page_queries.passage_count(connection) > place.max_passages:
        raise ReadingFailed(
            with_values(
                "The workspace holds %(number)s passages, and no more fit. Delete some documents first.",
                number=place.max_passages,
            )
        )
    if not place.progress_is_pages:
        queries.set_progress(connection, place.source_id, batch.progress)
    return len(found)


def end_page(connection: Connection, source: Source, page_id: int, reading: int, page: Page, title: str) -> None:
    _assert_there(connection, source.id)
    page_queries.end_page(connection, page_id, page, title)
    if source.kind == "pairs":
        curated_queries.drop_not_seen(connection, source.id, reading)
    if source.kind == "url" and source.title == source.url and title:
        queries.set_title(connection, source.id, title)


def finish(connection: Connection, source_id: str) -> None:
    """All pages were seen; what is left is to give the passages their vectors."""
    _assert_there(connection, source_id)
    queries.note_read(connection, source_id)
    queries.set_status(connection, source_id, "indexing")
    jobs.enqueue(connection, INDEXING, EVERYTHING)


def fail(connection: Connection, source_id: str, sentence: str) -> None:
    _assert_there(connection, source_id)
    queries.set_status(connection, source_id, "failed", sentence)


def _assert_there(connection: Connection, source_id: str) -> None:
    if not queries.is_there(connection, source_id):
        raise SourceIsGone
