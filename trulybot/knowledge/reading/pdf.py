"""PDF, page by page, without the lines that every page repeats."""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError
from pypdf.generic import Destination

from trulybot.knowledge.chunking import Section
from trulybot.knowledge.reading.document import Document, Limits, ReadingFailed

PASSWORD = "This PDF is protected by a password. Remove the password and upload it again."
DAMAGED = "This PDF is damaged or was cut short. Save or print it to PDF again and upload that."
NO_TEXT = (
    "This PDF holds pictures of text, but no text. Run text recognition (OCR) on it, "
    "as most scanners and PDF programs can, and upload the result."
)
SAMPLE_PAGES = 8
EDGE_LINES = 2  # headers and footers are looked for in so many lines at the top and bottom
LEAST_LINES = 3 * EDGE_LINES  # on a page with fewer, what repeats may be all there is
REPEATED_SHARE = 0.6
MOST_BOOKMARKS = 2_000
FORGET_AFTER = 50  # pages

# What the library raises on files that only look like PDF.
BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError)

_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad]\n(?=[a-zà-ÿ])")
_FILE_NAME = re.compile(r"\.\w{2,4}$|^(untitled|microsoft word|powerpoint)", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_WRAPPED = re.compile(r"(?<![.!?:;•\n])\n(?=[^\s•\-–*\d])")


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
            f"This PDF has {pages:,} pages; the most that is read is {limits.pages:,}. Split it and upload the pieces."
        )
    done = [0]
    sections = _sections(reader, limits, done)
    return Document(_title(reader), sections, lambda: min(1.0, done[0] / max(1, pages)), file.close)


def _sections(reader: PdfReader, limits: Limits, done: list[int]) -> Iterator[Section]:
    headings = _headings(reader)
    texts = _pages(reader, limits.pages)
    first = list(islice(texts, SAMPLE_PAGES))
    repeated = _repeated(first)
    found = False
    heading: tuple[str, ...] = ()
    for number, text in enumerate(chain(first, texts)):
        done[0] = number + 1
        heading = headings.get(number, heading)
        if text := _flowing(_without(text, repeated)):
            found = True
            yield Section(text, heading)
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


def _headings(reader: PdfReader) -> dict[int, tuple[str, ...]]:
    """The bookmark that each page comes under, with those above it."""
    headings: dict[int, tuple[str, ...]] = {}
    with suppress(*BROKEN):
        for destination, path in islice(_bookmarks(reader.outline, ()), MOST_BOOKMARKS):
            number = reader.get_destination_page_number(destination)
            if number is not None:
                headings.setdefault(number, path)
    return headings


def _bookmarks(outline: list[Any], above: tuple[str, ...]) -> Iterator[tuple[Destination, tuple[str, ...]]]:
    last = above
    for entry in outline:
        if isinstance(entry, list):
            yield from _bookmarks(entry, last)
        else:
            last = (*above, str(entry.title or ""))
            yield entry, last


def _repeated(pages: list[str]) -> set[str]:
    """The lines at the edges of most pages, page numbers aside."""
    if len(pages) < 3:
        return set()
    split = [page.splitlines() for page in pages]
    seen = Counter(line for lines in split for line in {_numberless(lines[at]) for at in _edges(lines)})
    return {line for line, times in seen.items() if times >= REPEATED_SHARE * len(pages)}


def _without(page: str, repeated: set[str]) -> str:
    if not repeated:
        return page
    lines = page.splitlines()
    dropped = {at for at in _edges(lines) if _numberless(lines[at]) in repeated}
    return "\n".join(line for at, line in enumerate(lines) if at not in dropped)


def _edges(lines: list[str]) -> list[int]:
    filled = [at for at, line in enumerate(lines) if line.strip()]
    return filled[:EDGE_LINES] + filled[-EDGE_LINES:] if len(filled) >= LEAST_LINES else []


def _numberless(line: str) -> str:
    return _DIGITS.sub("#", " ".join(line.split()))


def _flowing(page: str) -> str:
    """Lines end where the paper ended: their words and sentences are put together again."""
    text = "\n".join(line.strip() for line in page.splitlines())
    return _WRAPPED.sub(" ", _HYPHEN.sub("", text)).strip()
