"""Markdown: paragraphs, lists, code and tables under their headings."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TextIO

from markdown_it import MarkdownIt
from markdown_it.token import Token

from trulybot.knowledge.chunking import Section
from trulybot.knowledge.reading.document import Document, Limits
from trulybot.knowledge.reading.encoding import opened, sample_of
from trulybot.knowledge.reading.outline import Outline
from trulybot.knowledge.reading.rows import row_text

PART = 256 * 1024  # characters parsed at once; parsed text is many times its own size
LONGEST_LINE = 64 * 1024

_HEADING = re.compile(r" {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_TAG = re.compile(r"<!--.*?-->|<[^<>]{1,2000}>", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read(path: Path, limits: Limits) -> Document:
    sample = sample_of(path)
    title = _front_title(sample) or _first_heading(sample)
    text, progress = opened(path)
    return Document(title, _sections(text), progress, text.close)


def _sections(text: TextIO) -> Iterator[Section]:
    parser = MarkdownIt("commonmark", {"maxNesting": 50}).enable("table")
    outline = Outline()
    for part in _parts(text):
        yield from _sections_of(parser.parse(part), outline)


def _parts(text: TextIO) -> Iterator[str]:
    """The text without its front matter, cut before a heading once there is enough of it."""
    part: list[str] = []
    size = 0
    fenced = False
    for line in _without_front_matter(text):
        fenced ^= bool(_FENCE.match(line))
        if size > PART and (size > 4 * PART or (not fenced and line.startswith("#"))):
            yield "".join(part)
            part, size = [], 0
        part.append(line)
        size += len(line)
    yield "".join(part)


def _without_front_matter(text: TextIO) -> Iterator[str]:
    first = text.readline(LONGEST_LINE)
    if first.strip() == "---":
        held = [first]
        while line := text.readline(LONGEST_LINE):
            held.append(line)
            if line.strip() in ("---", "..."):
                held = []
                break
            if len(held) > 100 or not line.strip():
                break  # a rule, not front matter
        yield from held
    else:
        yield first
    while line := text.readline(LONGEST_LINE):
        yield line


def _sections_of(tokens: list[Token], outline: Outline) -> Iterator[Section]:
    together = _Together()
    for at, token in enumerate(tokens):
        match token.type:
            case "heading_open":
                outline.enter(int(token.tag[1]), _inline_text(tokens[at + 1]))
            case "inline" if tokens[at - 1].type != "heading_open":
                together.add(_inline_text(token))
            case "fence" | "code_block":
                together.add(token.content.rstrip())
            case "html_block":
                together.add(_stripped(token.content))
            case kind:
                together.structure(kind)
        if text := together.whole():
            yield Section(text, outline.path)


class _Together:
    """A list's items and a table's rows are lines of one paragraph; everything else is a paragraph of its own."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0
        self._mark = ""
        self._header: list[str] | None = None
        self._row: list[str] | None = None

    def add(self, text: str) -> None:
        if self._row is not None:
            self._row.append(" ".join(text.split()))
        else:
            self._lines.append(self._mark + text)
            self._mark = ""

    def structure(self, kind: str) -> None:
        match kind:
            case "bullet_list_open" | "ordered_list_open" | "table_open":
                self._depth += 1
                self._header = None
            case "bullet_list_close" | "ordered_list_close" | "table_close":
                self._depth -= 1
            case "list_item_open":
                self._mark = "- "
            case "tr_open":
                self._row = []
            case "tr_close":
                self._end_row()

    def whole(self) -> str:
        if self._depth or not self._lines:
            return ""
        text = "\n".join(self._lines)
        self._lines = []
        return text

    def _end_row(self) -> None:
        row, self._row = self._row or [], None
        if self._header is None:
            self._header = row
        else:
            self._lines.append(row_text(self._header, row))


def _inline_text(token: Token) -> str:
    parts = []
    for child in token.children or ():
        match child.type:
            case "text" | "code_inline" | "image":
                parts.append(child.content)
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "html_inline" if _BREAK.match(child.content):
                parts.append("\n")
    return "".join(parts).strip()


def _stripped(markup: str) -> str:
    return unescape(_TAG.sub(" ", _BREAK.sub("\n", markup))).strip()


def _front_title(sample: str) -> str:
    if not sample.startswith("---"):
        return ""
    found = re.match(r"---\s*\n(?:.*\n){0,50}?title:[ \t]*(.+)", sample)
    return found.group(1).strip().strip("\"'") if found else ""


def _first_heading(sample: str) -> str:
    fenced = False
    for line in sample.splitlines():
        fenced ^= bool(_FENCE.match(line))
        if not fenced and (found := _HEADING.match(line)):
            return _stripped(re.sub(r"[*_`]|!?\[|\]\([^)]*\)", "", found.group(1)))
    return ""
