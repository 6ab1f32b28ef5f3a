"""Sources come and go: a row, maybe a file, and a job that reads it. A source is added when its row is on disk."""

import csv
import secrets
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import PurePosixPath
from typing import IO

from sqlalchemy import Connection

from trulybot.kit import jobs
from trulybot.kit.clock import HOUR, now
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Invalid, NotFound, TooLarge
from trulybot.kit.events import SERVER, Actor, record
from trulybot.kit.texts import N_, with_values
from trulybot.kit.words import sized
from trulybot.knowledge import clearing, queries, uploads
from trulybot.knowledge.forms import Documents, TypedPair
from trulybot.knowledge.indexing import EVERYTHING, INDEXING
from trulybot.knowledge.models import Kind, Source, Walk
from trulybot.knowledge.uploads import Shelf

READING = "read source"
CLEARING = "clear source"
CLEARED_AT_ONCE = 2000  # passages: a second or so
KEPT_BACK = HOUR  # seconds in which people can bring back what they deleted
MOST_AT_ONCE = 200  # sources that are deleted or brought back in one step
LONGEST_TITLE = 300
TYPED = "s_typed"  # the one source of all answers that were typed, not read


async def add_text(
    db: Database, shelf: Shelf, title: str, text: str, url: str | None = None, actor: Actor = SERVER
) -> Source:
    """Pasted text; it may be Markdown."""
    if not text.strip() or "\0" in text:
        raise Invalid("The text is empty. Paste what the bot should know.")
    if url is not None:
        url = _web_address(url)
    return await _add_file(db, shelf, "text", title, "text.md", BytesIO(_encoded(text)), url, actor)


async def add_file(db: Database, shelf: Shelf, name: str, content: IO[bytes], actor: Actor = SERVER) -> Source:
    """An upload. `name` is shown and a hint; what the file is, its content says."""
    title = PurePosixPath(name.replace("\\", "/")).name.strip() or "Untitled"
    return await _add_file(db, shelf, "file", title, title, content, None, actor)


async def add_pairs_file(db: Database, shelf: Shelf, title: str, content: IO[bytes], actor: Actor = SERVER) -> Source:
    """A CSV of questions and answers."""
    return await _add_file(db, shelf, "pairs", title, "pairs.csv", content, None, actor)


async def add_documents(db: Database, shelf: Shelf, form: Documents, actor: Actor = SERVER) -> Source:
    """A page, sitemap or site to read, or typed pairs; raises Invalid unless it is exactly one of them."""
    addresses: dict[Kind, str | None] = {"url": form.url, "sitemap": form.sitemap, "crawl": form.crawl}
    given = [(kind, url) for kind, url in addresses.items() if url is not None]
    if len(given) + (form.pairs is not None) != 1:
        raise Invalid("Give exactly one of url, sitemap, crawl and pairs.")
    if form.pairs is not None:
        return await add_pairs(db, shelf, form.title or "Questions and answers", form.pairs, actor)
    kind, url = given[0]
    return await add_address(db, shelf, kind, url, form.walk, form.title, form.resync_seconds, actor)


async def add_pairs(db: Database, shelf: Shelf, title: str, pairs: list[TypedPair], actor: Actor = SERVER) -> Source:
    written = StringIO()
    rows = csv.writer(written)
    rows.writerow(["question", "answer"])
    rows.writerows([pair.question, pair.answer] for pair in pairs)
    return await _add_file(db, shelf, "pairs", title, "pairs.csv", BytesIO(_encoded(written.getvalue())), None, actor)


async def add_address(
    db: Database,
    shelf: Shelf,
    kind: Kind,
    url: str,
    walk: Walk,
    title: str | None = None,
    resync_seconds: int | None = None,
    actor: Actor = SERVER,
) -> Source:
    """Something on the web; it is fetched by the job, so only its form is checked here."""
    url = _web_address(url)
    if kind != "url" and walk.pages > shelf.max_pages:
        too_many = N_("At most %(number)s pages are read from one site. Ask for fewer.")
        raise Invalid(with_values(too_many, number=shelf.max_pages), field="pages")
    added = Source(
        id=_new_id(),
        kind=kind,
        title=title or url[:LONGEST_TITLE],
        url=url,
        walk=walk,
        resync_seconds=resync_seconds,
        created_at=now(),
    )
    await db.write(_insert, added, 0, shelf.max_total_bytes, actor)
    return added


def read_again(connection: Connection, source_id: str, actor: Actor = SERVER) -> Source:
    """Queue another reading; raises Conflict while one is under way."""
    source = _found(queries.source(connection, source_id))
    if source.id == TYPED:
        raise Conflict("These answers were typed, so there is nothing to read. Change them one by one.")
    if source.is_busy:
        raise Conflict("This document is being read already. Wait until it is ready.")
    queries.set_status(connection, source_id, "queued")
    record(connection, actor, N_("Had a source read again"), source.title)
    jobs.enqueue(connection, READING, source_id)
    return source


def read_again_if_idle(connection: Connection, source_ids: Sequence[str], actor: Actor) -> int:
    """How many are read again: those that are being read are left alone, and what was typed cannot be."""
    idle = [source for each in source_ids if (source := queries.source(connection, each)) and not source.is_busy]
    readable = [source.id for source in idle if source.id != TYPED]
    for source_id in readable:
        read_again(connection, source_id, actor)
    return len(readable)


def delete(connection: Connection, source_ids: Sequence[str], actor: Actor) -> list[Source]:
    """From now on nothing of these is seen or found. For an hour they can be brought back, then a job clears them."""
    return [_hide(connection, source_id, actor, now() + KEPT_BACK) for source_id in source_ids[:MOST_AT_ONCE]]


def bring_back(connection: Connection, source_ids: Sequence[str], actor: Actor) -> int:
    """How many there are again as they were before they were deleted; those that are being cleared are not."""
    count = 0
    for source_id in source_ids[:MOST_AT_ONCE]:
        if queries.bring_back(connection, source_id):
            jobs.withdraw(connection, CLEARING, source_id)
            source = _found(queries.source(connection, source_id))
            _go_on_reading(connection, source)
            record(connection, actor, N_("Brought back a source"), source.title, str(source.passages))
            count += 1
    return count


async def erase(db: Database, shelf: Shelf, source_id: str, actor: Actor = SERVER) -> None:
    """Delete a source for good: the last step for one that is deleted already, both steps for any other.

    From the first moment nothing of it is seen or found. What cannot be cleared at once, a job clears.
    """
    passages = await db.write(_hide_for_good, source_id, actor)
    if passages <= CLEARED_AT_ONCE:
        await clearing.clear_source(db, shelf, source_id)


async def _add_file(
    db: Database, shelf: Shelf, kind: Kind, title: str, name: str, content: IO[bytes], url: str | None, actor: Actor
) -> Source:
    source_id = _new_id()
    with shelf.place(source_id, name) as path:
        size = await uploads.keep(content, path, shelf.max_file_bytes)
        added = Source(id=source_id, kind=kind, title=_shown(title), url=url, file=path.name, created_at=now())
        await db.write(_insert, added, size, shelf.max_total_bytes, actor)
    return added


def _insert(connection: Connection, added: Source, size: int, max_total_bytes: int, actor: Actor) -> None:
    if queries.totals(connection)["bytes"] + size > max_total_bytes:
        raise TooLarge(
            with_values("All documents together may have %(size)s. Delete some first.", size=sized(max_total_bytes))
        )
    queries.add_source(connection, added, size)
    record(connection, actor, N_("Added a source"), added.title)
    jobs.enqueue(connection, READING, added.id)


def _hide(connection: Connection, source_id: str, actor: Actor, clear_at: int) -> Source:
    source = _found(queries.source(connection, source_id))
    jobs.withdraw(connection, READING, source_id)
    jobs.enqueue(connection, CLEARING, source_id, clear_at)
    queries.hide_source(connection, source_id)
    record(connection, actor, N_("Deleted a source"), source.title, str(source.passages))
    return source


def _hide_for_good(connection: Connection, source_id: str, actor: Actor) -> int:
    """The number of its passages."""
    if (passages := queries.passages_of_deleted(connection, source_id)) is None:
        return _hide(connection, source_id, actor, now()).passages
    record(connection, actor, N_("Erased a deleted source"), queries.titles(connection)[source_id], str(passages))
    jobs.enqueue(connection, CLEARING, source_id)
    return passages


def _go_on_reading(connection: Connection, source: Source) -> None:
    """Its reading was withdrawn when it was deleted, or ended by itself when it found it gone."""
    if source.status in ("queued", "reading"):
        queries.set_status(connection, source.id, "queued")
        jobs.enqueue(connection, READING, source.id)
    elif source.status == "indexing":
        jobs.enqueue(connection, INDEXING, EVERYTHING)


def _found(source: Source | None) -> Source:
    if source is None:
        raise NotFound("There is no such document. It may have been deleted.")
    return source


def _web_address(url: str) -> str:
    """It becomes a link on pages that strangers see; raises Invalid on a scheme that could run something there."""
    url = url.strip()
    if not url.lower().startswith(("http://", "https://")):
        raise Invalid("The address must begin with http:// or https://.", field="url")
    return url


def _new_id() -> str:
    return f"s_{secrets.token_urlsafe(12)}"


def _shown(title: str) -> str:
    """A title on one line, of what can be stored and printed."""
    return _encoded(" ".join(title.split())).decode()[:LONGEST_TITLE] or "Untitled"


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", errors="replace")
