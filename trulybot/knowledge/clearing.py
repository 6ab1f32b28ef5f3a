"""Passages go a few at a time: taking them out of the index is slow, and visitors' questions wait for each write."""

from itertools import islice

from trulybot.kit.database import Database
from trulybot.knowledge import page_queries, queries
from trulybot.knowledge.uploads import Shelf

AT_ONCE = 100  # passages; some tens of milliseconds


async def clear_source(db: Database, shelf: Shelf, source_id: str) -> None:
    """Remove a deleted source with its file and everything that was read from it, unless it was brought back."""
    if not await db.write(queries.begin_clearing, source_id):
        return
    for page_id in await db.read(page_queries.pages_of, source_id):
        await clear_page(db, page_id)
    if file := await db.write(queries.drop_source, source_id):
        shelf.remove(file)


async def clear_unseen(db: Database, source_id: str, reading: int) -> None:
    """Remove the pages that a whole reading did not come across."""
    for page_id in await db.read(page_queries.pages_not_seen, source_id, reading):
        await clear_page(db, page_id)


async def clear_unfinished(db: Database, source_id: str) -> None:
    """Remove what a first reading that failed has left behind."""
    for page_id in await db.read(page_queries.pages_unfinished, source_id):
        await clear_page(db, page_id)


async def clear_page(db: Database, page_id: int) -> None:
    await clear_passages(db, page_id)
    await db.write(page_queries.drop_page, page_id)


async def clear_passages(db: Database, page_id: int, but_of: int | None = None) -> None:
    """Remove a page's passages, except those that the reading `but_of` saw."""
    passages = iter(await db.read(page_queries.passages_on, page_id, but_of))
    while some := list(islice(passages, AT_ONCE)):
        await db.write(page_queries.drop_passages, some)
