"""PDF, page by page, without the lines that every page repeats."""

import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError
from pypdf.generic import Destination

from trulybot.kit.texts import N_, with_values
from trulybot.knowledge.chunking import Section
from trulybot.knowledge.reading import paper
from trulybot.knowledge.reading.document import Document, Limits, ReadingFailed

PASSWORD = N_("This PDF is protected by a password. Remove the password and upload it again.")
DAMAGED = N_("This PDF is damaged or was cut short. Save or print it to PDF again and upload that.")
NO_TEXT = N_(
    "This PDF holds pictures of text, but no text. Run text recognition (OCR) on it, "
    "as most scanners and PDF programs can, and upload the result."
)
SAMPLE_PAGES = 8
MOST_BOOKMARKS = 2_000
FORGET_AFTER = 50  # pages

Headings = tuple[str, ...]

# What the library raises on files that only look like PDF.
BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError)

_FILE_NAME = re.compile(r"\.\w{2,4}$|^(untitled|microsoft word|powerpoint)", re.IGNORECASE)


def read(path: Path, limits: Limits) -> Document:
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    file = path.open("rb")
    try:
        return _document(file, limits)
    except BaseException:
        file.close()
        raise


def _document(file: BinaryIO, limits: Limits) -> Document:
    try:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadingFailed(PASSWORD)
        # What it claims comes first: to count a hundred thousand pages takes a minute.
        pages = int(reader.root_object["/Pages"]["/Count"])  # type: ignore[index]
        if pages <= limits.pages:
            pages = len(reader.pages)
    except (FileNotDecryptedError, DependencyError) as error:
        raise ReadingFailed(PASSWORD) from error
    except BROKEN as error:
        raise ReadingFailed(DAMAGED) from error
    if pages > limits.pages:
        raise ReadingFailed(
            with_values(
                "This PDF has %(number)s pages; the most that is read is %(most)s. Split it and upload the pieces.",
                number=pages,
                most=limits.pages,
            )
        )
    done = [0]
    sections = _sections(reader, limits, done)
    return Document(_title(reader), sections, lambda: min(1.0, done[0] / max(1, pages)), file.close)


def _sections(reader: PdfReader, limits: Limits, done: list[int]) -> Iterator[Section]:
    headings = _headings(reader)
    texts = _pages(reader, limits.pages)
    first = list(islice(texts, SAMPLE_PAGES))
    repeated = paper.repeated(first)
    found = False
    heading: tuple[str, ...] = ()
    for number, text in enumerate(chain(first, texts)):
        done[0] = number + 1
        lines = paper.without(text.splitlines(), repeated)
        for under, part in _parts(lines, heading, headings.get(number, [])):
            heading = under
            if flowing := paper.flowing(part):
                found = True
                yield Section(flowing, under)
    if not found:
        raise ReadingFailed(NO_TEXT)


def _pages(reader: PdfReader, most: int) -> Iterator[str]:
    for number, page in enumerate(islice(reader.pages, most), start=1):
        yield _text_of(page)
        if number % FORGET_AFTER == 0:
            reader.resolved_objects.clear()  # it keeps every object it has met, pictures too


def _text_of(page: PageObject) -> str:
    """A page that cannot be read is left out; the others still answer questions."""
    try:
        return page.extract_text()
    except (*BROKEN, ZeroDivisionError, AssertionError):
        return ""


def _title(reader: PdfReader) -> str:
    with suppress(*BROKEN):
        title = reader.metadata.title if reader.metadata else None
        # Programs put the name of the file they were given there.
        if title and not _FILE_NAME.search(title):
            return " ".join(str(title).split())
    return ""


def _headings(reader: PdfReader) -> dict[int, list[Headings]]:
    """The bookmarks that point to each page, each with those above it."""
    headings: dict[int, list[Headings]] = {}
    with suppress(*BROKEN):
        for destination, path in islice(_bookmarks(reader.outline, ()), MOST_BOOKMARKS):
            number = reader.get_destination_page_number(destination)
            if number is not None:
                headings.setdefault(number, []).append(path)
    return headings


def _bookmarks(outline: list[Any], above: tuple[str, ...]) -> Iterator[tuple[Destination, tuple[str, ...]]]:
    last = above
    for entry in outline:
        if isinstance(entry, list):
            yield from _bookmarks(entry, last)
        else:
            last = (*above, str(entry.title or ""))
            yield entry, last


def _parts(lines: list[str], heading: Headings, bookmarks: list[Headings]) -> Iterator[tuple[Headings, list[str]]]:
    """The page cut where its bookmarks' titles stand; a title that stands nowhere counts from the top."""
    places = {_letters(path[-1]): path for path in bookmarks}
    titles = {_letters(line) for line in lines}
    part: list[str] = []
    for letters, path in places.items():
        if letters not in titles:
            heading = path
    for line in lines:
        if path := places.pop(_letters(line), ()):
            yield heading, part
            heading, part = path, []
        else:
            part.append(line)
    yield heading, part


def _letters(title: str) -> str:
    """Without the numbers and dots that a page may have and its bookmark not."""
    return "".join(character for character in title.casefold() if character.isalpha())
