"""Web pages: their blocks of text under their headings, without what every page of a site repeats."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from trulybot.kit.texts import with_values
from trulybot.kit.words import sized
from trulybot.knowledge.chunking import Section
from trulybot.knowledge.reading.document import Document, Limits, ReadingFailed
from trulybot.knowledge.reading.encoding import declared_or_guessed
from trulybot.knowledge.reading.markup import sections_of

ENOUGH_TEXT = 200  # characters: less is no page's content
LEAST_SHARE = 0.2  # of the page's text that its main content has, or it was not found
MOST_OPEN = 10_000

# Tags that stay open until they are closed: not those without content, nor those that end where their like begins.
_NESTING = re.compile(
    r"<(/?)(?!(?:p|li|dt|dd|tr|td|th|thead|tbody|option|br|hr|img|input|meta|link|wbr|col|source|area|base)\b)[a-z]",
    re.IGNORECASE,
)


def read(path: Path, limits: Limits) -> Document:
    """A file of the owner's: all of it counts."""
    return document_of(_markup(path, limits))


def read_page(path: Path, limits: Limits) -> Document:
    """A page fetched from a site: only its main content, where that can be found."""
    markup = _markup(path, limits)
    page = _parsed(markup)
    whole = _sections(page)
    least = max(ENOUGH_TEXT, LEAST_SHARE * _size(whole))
    finds: tuple[Callable[[], list[Section]], ...] = (lambda: _marked(page), lambda: _extracted(markup))
    for find in finds:
        if _size(found := find()) >= least:
            return _document(page, found)
    return _document(page, whole)


def document_of(markup: str) -> Document:
    page = _parsed(markup)
    return _document(page, sections_of(page.body) if page.body else ())


def _document(page: LexborHTMLParser, sections: Iterable[Section]) -> Document:
    return Document(_title(page), iter(sections), progress=lambda: 0.0, close=lambda: None)


def _markup(path: Path, limits: Limits) -> str:
    if (size := path.stat().st_size) > limits.whole_bytes:
        raise ReadingFailed(
            with_values(
                "This web page has %(size)s; the most that can be read is %(most)s. "
                "Split it, or upload its text as a .txt file.",
                size=sized(size),
                most=sized(limits.whole_bytes),
            )
        )
    content = path.read_bytes()
    markup = content.decode(declared_or_guessed(path, content), errors="replace")
    if _most_open(markup) > MOST_OPEN:
        raise ReadingFailed(
            "This web page nests its elements too deeply. Open it in a browser, save its text and upload that."
        )
    return markup


def _parsed(markup: str) -> LexborHTMLParser:
    try:
        return LexborHTMLParser(markup)
    except SelectolaxError as error:
        raise MemoryError from error  # any markup has a tree; memory for it is all that can be wanting


def _most_open(markup: str) -> int:
    """About how deep it nests; the standard's way of parsing takes the square of that in time."""
    opened = most = 0
    for found in _NESTING.finditer(markup):
        opened = max(0, opened - 1) if found.group(1) else opened + 1
        most = max(most, opened)
    return most


def _sections(page: LexborHTMLParser) -> list[Section]:
    return list(sections_of(page.body)) if page.body else []


def _marked(page: LexborHTMLParser) -> list[Section]:
    """What the page itself calls its main content."""
    node = page.css_first("main, [role=main]")
    return list(sections_of(node)) if node else []


def _extracted(markup: str) -> list[Section]:
    """What reads like the main content. Loaded late: the library costs a second and 60 MB."""
    from trafilatura import extract

    found = extract(markup, output_format="html", favor_recall=True, include_comments=False, include_tables=True)
    return _sections(_parsed(found)) if found else []


def _title(page: LexborHTMLParser) -> str:
    """The page's title; its first heading where the title only adds the site's name to it."""
    title = _text_of(page, "head > title") or _text_of(page, "title")
    heading = _text_of(page, "main h1, [role=main] h1, article h1") or _text_of(page, "h1")
    if heading and (not title or (heading.casefold() in title.casefold() and len(heading) > len(title) / 4)):
        return heading
    return title


def _text_of(page: LexborHTMLParser, selector: str) -> str:
    node = page.css_first(selector)
    return " ".join(node.text().split()) if node else ""


def _size(sections: list[Section]) -> int:
    return sum(len(section.text) for section in sections)
