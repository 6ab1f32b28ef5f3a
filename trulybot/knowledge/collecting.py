"""A source is read: each of its pages becomes passages, saved as they come and findable by word at once.

A job does this and may be cut off anywhere: pages that were read whole are known by their hash and cost nothing
the next time; of a changed page only the changed passages are replaced.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path

from trulybot.kit.database import Database
from trulybot.kit.net.opening import OpenWeb
from trulybot.kit.net.outcomes import Failed, Fetched, Version
from trulybot.kit.texts import N_
from trulybot.knowledge import clearing, page_queries, queries, saving
from trulybot.knowledge.fetching.visits import Known, Skipped, Visit
from trulybot.knowledge.models import Page, Source
from trulybot.knowledge.reader import Reader, ReadingInterrupted
from trulybot.knowledge.reading.document import ReadingFailed
from trulybot.knowledge.reading.wire import Wanted

# Raise it when a reader or the chunking changes: unchanged documents are then read again.
READER_VERSION = b"2"
ATTEMPTS = 3
UNEXPECTED = N_("Reading this failed on our side, and it was noted. It is tried again by itself, or read it again now.")
NOTHING_THERE = N_("No page could be read there. Check the address, and that the site lets “TrulyBot” read it.")


@dataclass(frozen=True)
class Collecting:
    """Reads sources through a child process and the guarded web."""

    db: Database
    reader: Reader
    uploads: Path
    temporary: Path
    max_passages: int
    web: OpenWeb

    async def read(self, source_id: str) -> None:
        """The whole job: fetch, read, save, then ask for the indexing. A failure is told in the source's row."""
        source = await self.db.read(queries.source, source_id)
        if source is None:
            return
        with suppress(saving.SourceIsGone):
            try:
                await self._read_whole(source)
            except ReadingFailed as failure:
                await clearing.clear_unfinished(self.db, source.id)
                await self.db.write(saving.fail, source.id, failure.sentence)
            except Exception:
                await self.db.write(saving.fail, source.id, UNEXPECTED)
                raise  # the job logs it and is done again later

    async def _read_whole(self, source: Source) -> None:
        for attempt in range(ATTEMPTS):
            reading, known = await self.db.write(saving.begin, source.id)
            try:
                await self._collect(source, reading, known)
            except ReadingInterrupted:  # by another document; what was read so far costs nothing the next time
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                await clearing.clear_unseen(self.db, source.id, reading)
                await self.db.write(saving.finish, source.id)
                return

    async def _collect(self, source: Source, reading: int, known: dict[str, Page]) -> None:
        if source.is_from_the_web:
            await self._collect_from_web(source, reading, known)
            return
        path = self.uploads / str(source.file)
        page = Page(content_hash=READER_VERSION + await asyncio.to_thread(_digest, path))
        wanted: Wanted = "pairs" if source.kind == "pairs" else "text" if source.kind == "text" else "file"
        await self._read_page(source, reading, known.get(""), page, path, wanted)

    async def _collect_from_web(self, source: Source, reading: int, known: dict[str, Page]) -> None:
        pages, failure = 0, NOTHING_THERE
        async with aclosing(self._visits(source, known)) as visits:
            async for visit in visits:
                try:
                    pages += await self._visit(source, reading, known.get(visit.url), visit)
                except ReadingFailed as failed:
                    failure = failed.sentence
                await self.db.write(queries.set_progress, source.id, _share(pages, visit.waiting, source.walk.pages))
        if not pages:
            raise ReadingFailed(failure)

    async def _visit(self, source: Source, reading: int, before: Page | None, visit: Visit) -> bool:
        """Whether the source has this page now; raises ReadingFailed with why it has not."""
        outcome = visit.outcome
        if isinstance(outcome, Fetched):
            page = Page(
                url=visit.url,
                depth=visit.depth,
                content_hash=READER_VERSION + outcome.digest,
                etag=outcome.version.etag,
                last_modified=outcome.version.last_modified,
            )
            await self._read_page(source, reading, before, page, outcome.path, "page")
            return True
        is_gone = isinstance(outcome, Skipped) or (isinstance(outcome, Failed) and outcome.is_gone)
        # Unchanged, or out of reach today: what was read stays. Where the walk ended before it began, all of it does.
        if before and not is_gone and not visit.ends_walk:
            await self.db.write(page_queries.keep_page, before.id, reading)
            return True
        raise ReadingFailed(getattr(outcome, "sentence", NOTHING_THERE))

    async def _read_page(
        self, source: Source, reading: int, before: Page | None, page: Page, path: Path, wanted: Wanted
    ) -> None:
        if before and before.content_hash == page.content_hash:
            await self.db.write(page_queries.keep_page, before.id, reading)
            return
        # A pasted text is called what its owner called it; anything else knows its own title better.
        title = source.title if source.kind == "text" else ""
        # An upload lies under a name of ours; its own says what kind of text it is, and what to call it at worst.
        name = source.title if source.kind == "file" else source.file or ""
        async with self.reader.reading(path, name=name, title=title, wanted=wanted) as document:
            page_id = await self.db.write(saving.begin_page, source.id, page, reading)
            position = 0
            async for batch in document.batches():
                saved = saving.Batch(source.id, page_id, reading, position, source.is_from_the_web, self.max_passages)
                position += await self.db.write(saving.save, saved, batch)
            await clearing.clear_passages(self.db, page_id, but_of=reading)
            await self.db.write(saving.end_page, source, page_id, reading, page, document.title)

    async def _visits(self, source: Source, known: dict[str, Page]) -> AsyncGenerator[Visit, None]:
        # Imported late: most workspaces read no web for hours.
        from trulybot.knowledge.fetching.crawling import crawl, read_sitemap
        from trulybot.knowledge.fetching.pages import read_page

        url = str(source.url)
        versions = {page.url: Known(_version(page), page.depth) for page in known.values() if _is_current(page)}
        async with self.web() as web:
            if source.kind == "url":
                before = versions.get(url)
                version = before.version if before else None
                outcome = await read_page(web, url, into=self.temporary, known=version)
                yield Visit(url, 0, outcome)
                if isinstance(outcome, Fetched):
                    outcome.path.unlink(missing_ok=True)
                return
            walking = crawl if source.kind == "crawl" else read_sitemap
            async with aclosing(walking(web, url, source.walk, into=self.temporary, known=versions)) as visits:
                async for visit in visits:
                    yield visit


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _is_current(page: Page) -> bool:
    return page.content_hash is not None and page.content_hash.startswith(READER_VERSION)


def _version(page: Page) -> Version:
    return Version(page.etag, page.last_modified)


def _share(done: int, waiting: int, most: int) -> float:
    """How far a walk is, as far as one can know: more pages may be found at any time."""
    expected = min(most, done + waiting)
    return done / expected if expected else 0.0
