"""What a person typed into one of the forms for new sources becomes a source."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar.datastructures import FormMultiDict, UploadFile

from trulybot.kit.database import Database
from trulybot.kit.errors import Invalid
from trulybot.kit.events import Actor
from trulybot.kit.texts import with_values
from trulybot.knowledge import sources
from trulybot.knowledge.forms import UNSAID, PastedText, TypedPair
from trulybot.knowledge.models import Kind, Walk
from trulybot.knowledge.uploads import Shelf

INTERVALS = ("86400", "604800", "2592000")

Add = Callable[[Database, Shelf, FormMultiDict, Actor], Awaitable[None]]


async def _files(db: Database, shelf: Shelf, form: FormMultiDict, actor: Actor) -> None:
    chosen = [file for file in form.getall("files", []) if isinstance(file, UploadFile) and file.filename]
    if not chosen:
        raise Invalid("Choose at least one file.", field="files")
    for file in chosen:
        await sources.add_file(db, shelf, file.filename, file.file, actor)


async def _text(db: Database, shelf: Shelf, form: FormMultiDict, actor: Actor) -> None:
    title, text, url = (_typed(form, name) for name in ("title", "text", "url"))
    if not title:
        raise Invalid("Give the text a title; visitors see it as the source.", field="title")
    pasted = msgspec.convert({"title": title[:300], "text": text or " ", "url": url or None}, PastedText)
    await sources.add_text(db, shelf, pasted.title, pasted.text, pasted.url, actor)


async def _url(db: Database, shelf: Shelf, form: FormMultiDict, actor: Actor) -> None:
    await _address(db, shelf, form, actor, "url", Walk())


async def _sitemap(db: Database, shelf: Shelf, form: FormMultiDict, actor: Actor) -> None:
    await _address(db, shelf, form, actor, "sitemap", Walk(pages=_number(form, "pages", UNSAID.pages, 1)))


async def _crawl(db: Database, shelf: Shelf, form: FormMultiDict, actor: Actor) -> None:
    walk = Walk(
        pages=_number(form, "pages", UNSAID.pages, 1),
        depth=_number(form, "depth", UNSAID.depth, 0),
        include=_patterns(form, "include"),
        exclude=_patterns(form, "exclude"),
    )
    await _address(db, shelf, form, actor, "crawl", walk)


async def _pairs(db: Database, shelf: Shelf, form: FormMultiDict, actor: Actor) -> None:
    title = _typed(form, "title") or "Questions and answers"
    file = form.get("file")
    if isinstance(file, UploadFile) and file.filename:
        await sources.add_pairs_file(db, shelf, title, file.file, actor)
        return
    typed = zip(_each(form, "question"), _each(form, "answer"), strict=False)
    pairs = [TypedPair(question, answer) for question, answer in typed if question or answer]
    if not pairs or not all(pair.question and pair.answer for pair in pairs):
        raise Invalid("Write each question with its answer, or choose a CSV file.", field="pairs")
    await sources.add_pairs(db, shelf, title, pairs, actor)


BY_FORM: dict[str, Add] = {
    "files": _files,
    "url": _url,
    "crawl": _crawl,
    "sitemap": _sitemap,
    "text": _text,
    "pairs": _pairs,
}
FIRST_FIELD = {"files": "files", "url": "url", "crawl": "url", "sitemap": "url", "text": "text", "pairs": "pairs"}


def to_show_again(form: FormMultiDict) -> dict[str, str | list[str]]:
    """What was typed into each field; of questions and answers there are several."""
    texts: dict[str, str | list[str]] = {name: _typed(form, name) for name in form if name != "csrf"}
    return texts | {name: _each(form, name) for name in ("question", "answer") if name in form}


async def _address(db: Database, shelf: Shelf, form: FormMultiDict, actor: Actor, kind: Kind, walk: Walk) -> None:
    interval = _typed(form, "resync")
    seconds = int(interval) if interval in INTERVALS else None
    await sources.add_address(db, shelf, kind, _typed(form, "url"), walk, resync_seconds=seconds, actor=actor)


def _typed(form: FormMultiDict, name: str) -> str:
    value: Any = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _each(form: FormMultiDict, name: str) -> list[str]:
    return [value.strip() for value in form.getall(name, []) if isinstance(value, str)]


def _number(form: FormMultiDict, name: str, unsaid: int, least: int) -> int:
    typed = _typed(form, name) or str(unsaid)
    if not (typed.isascii() and typed.isdecimal() and least <= int(typed) <= 100_000):
        raise Invalid(with_values("Write a whole number of at least %(least)s.", least=least), field=name)
    return int(typed)


def _patterns(form: FormMultiDict, name: str) -> tuple[str, ...]:
    lines = [line.strip() for line in _typed(form, name).splitlines()]
    return tuple(line[:300] for line in lines if line)[:50]
