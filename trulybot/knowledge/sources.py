"""Sources come and go: a row, maybe a file, and a job that reads it. A source is added when its row is on disk."""

import csv
import secrets
from io import BytesIO, StringIO
from pathlib import PurePosixPath
from typing import IO

from sqlalchemy import Connection

from trulybot.kit import jobs
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Invalid, NotFound, TooLarge
from trulybot.kit.events import SERVER, Actor, record
from trulybot.kit.texts import N_
from trulybot.kit.words import sized
from trulybot.knowledge import clearing, queries, uploads
from trulybot.knowledge.forms import Documents, TypedPair
from trulybot.knowledge.models import Kind, Source, Walk
from trulybot.knowledge.uploads import Shelf

READING = "read source"
CLEARING = "clear source"
CLEARED_AT_ONCE = 2000  # passages: a second or so
LONGEST_TITLE = 300
TYPED = "s_typed"  # the one source of all answers that were typed, not read


async def add_text(db: Database, shelf: Shelf, title: str, text: str, url: str | None = None) -> Source:
    """Pasted text; it may be Markdown."""
    if not text.strip() or "\0" in text:
        raise Invalid("The text is empty. Paste what the bot should know.")
    if url is not None:
        url = _web_address(url)
    return await _add_file(db, shelf, "text", title, "text.md", BytesIO(_encoded(text)), url)


async def add_file(db: Database, shelf: Shelf, name: str, content: IO[bytes]) -> Source:
    """An upload. `name` is shown and a hint; what the file is, its content says."""
    title = PurePosixPath(name.replace("\\", "/")).name.strip() or "Untitled"
    return await _add_file(db, shelf, "file", title, title, content)


async def add_pairs_file(db: Database, shelf: Shelf, title: str, content: IO[bytes]) -> Source:
    """A CSV of questions and answers."""
    return await _add_file(db, shelf, "pairs", title, "pairs.csv", content)


async def add_documents(db: Database, shelf: Shelf, form: Documents) -> Source:
    """A page, sitemap or site to read, or typed pairs; raises Invalid unless it is exactly one of them."""
    addresses: dict[Kind, str | None] = {"url": form.url, "sitemap": form.sitemap, "crawl": form.crawl}
    given = [(kind, url) for kind, url in addresses.items() if url is not None]
    if len(given) + (form.pairs is not None) != 1:
        raise Invalid("Give exactly one of url, sitemap, crawl and pairs.")
    if form.pairs is not None:
        return await add_pairs(db, shelf, form.title or "Questions and answers", form.pairs)
    kind, url = given[0]
    return await add_address(db, shelf, kind, url, form.walk, form.title, form.resync_seconds)


async def add_pairs(db: Database, shelf: Shelf, title: str, pairs: list[TypedPair]) -> Source:
    written = StringIO()
    rows = csv.writer(written)
    rows.writerow(["question", "answer"])
    rows.writerows([pair.question, pair.answer] for pair in pairs)
    return await _add_file(db, shelf, "pairs", title, "pairs.csv", BytesIO(_encoded(written.getvalue())))


async def add_address(
    db: Database,
    shelf: Shelf,
    kind: Kind,
    url: str,
    walk: Walk,
    title: str | None = None,
    resync_seconds: int | None = None,
) -> Source:
    """Something on the web; it is fetched by the job, so only its form is checked here."""
    url = _web_address(url)
    if kind != "url" and walk.pages > shelf.max_pages:
        raise Invalid(f"At most {shelf.max_pages:,} pages are read from one site. Ask for fewer.", field="pages")
    added = Source(
        id=_new_id(),
        kind=kind,
        title=title or url[:LONGEST_TITLE],
        url=url,
        walk=walk,
        resync_seconds=resync_seconds,
        created_at=now(),
    )
    await db.write(_insert, added, 0, shelf.max_total_bytes)
    return added


async def read_again(db: Database, source_id: str) -> Source:
    """Queue another reading; raises Conflict while one is under way."""
    return await db.write(_queue_reading, source_id)


async def delete(db: Database, shelf: Shelf, source_id: str, actor: Actor = SERVER) -> tuple[Source, int]:
    """Remove a source, its passages, vectors and file; gives what it was and how many passages it had.

    From the first moment nothing of it is seen or found. What cannot be cleared at once, a job clears.
    """
    source, passages = await db.write(_hide, source_id, actor)
    if source.file:
        shelf.remove(source.file)
    if passages <= CLEARED_AT_ONCE:
        await clearing.clear_source(db, source_id)
    return source, passages


async def _add_file(
    db: Database, shelf: Shelf, kind: Kind, title: str, name: str, content: IO[bytes], url: str | None = None
) -> Source:
    source_id = _new_id()
    with shelf.place(source_id, name) as path:
        size = await uploads.keep(content, path, shelf.max_file_bytes)
        added = Source(id=source_id, kind=kind, title=_shown(title), url=url, file=path.name, created_at=now())
        await db.write(_insert, added, size, shelf.max_total_bytes)
    return added


def _insert(connection: Connection, added: Source, size: int, max_total_bytes: int) -> None:
    if queries.totals(connection)["bytes"] + size > max_total_bytes:
        raise TooLarge(f"All documents together may have {sized(max_total_bytes)}. Delete some first.")
    queries.add_source(connection, added, size)
    jobs.enqueue(connection, READING, added.id)


def _queue_reading(connection: Connection, source_id: str) -> Source:
    source = _found(queries.source(connection, source_id))
    if source.id == TYPED:
        raise Conflict("These answers were typed, so there is nothing to read. Change them one by one.")
    if source.is_busy:
        raise Conflict("This document is being read already. Wait until it is ready.")
    queries.set_status(connection, source_id, "queued")
    jobs.enqueue(connection, READING, source_id)
    return source


def _hide(connection: Connection, source_id: str, actor: Actor) -> tuple[Source, int]:
    source = _found(queries.source(connection, source_id))
    jobs.withdraw(connection, READING, source_id)
    jobs.enqueue(connection, CLEARING, source_id)
    passages = queries.hide_source(connection, source_id)
    record(connection, actor, N_("Deleted a source"), source.title, str(passages))
    return source, passages


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
