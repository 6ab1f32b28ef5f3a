"""Sections of a document become passages that fit the embedding model. Pure: tokens are counted by the caller."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import ceil

PASSAGE_TOKENS = 220  # with title and heading path; the model reads 256, two of them are its own marks
CONTEXT_TOKENS = 64  # of which title and heading path may take this many
CHARACTERS_PER_TOKEN = 10  # a tokenizer calls any very long word one token; this bounds it
HEADING_SEPARATOR = " › "

CountTokens = Callable[[str], int]

_PARAGRAPH = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？｡।॥۔؟])\s*|\n")
_SPACES = re.compile(r"[ \t\u00a0]+")


@dataclass(frozen=True, slots=True)
class Section:
    """Text under one heading. One that stands alone (a table's row) is never joined with its neighbours."""

    text: str
    heading: tuple[str, ...] = ()
    stands_alone: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    title: str
    heading: str
    text: str


def passages_of(title: str, sections: Iterable[Section], count: CountTokens) -> Iterator[Passage]:
    """Passages in reading order; none mixes two headings, all fit the model together with title and heading path."""
    title = _clipped(_flat(title), CONTEXT_TOKENS // 2, count)
    for section in _joined(sections):
        heading = _heading_path(title, section.heading, count)
        room = PASSAGE_TOKENS - _cost(title, count) - _cost(heading, count)
        for text in _cut(section.text, room, count):
            yield Passage(title, heading, text)


def embedded_text(title: str, heading: str, text: str) -> str:
    """What the embedding model reads of a passage."""
    return "\n".join(part for part in (title, heading, text) if part)


def _joined(sections: Iterable[Section]) -> Iterator[Section]:
    """Neighbours under the same heading are one section, so that a reader may hand over paragraph by paragraph."""
    pending: list[str] = []
    heading: tuple[str, ...] = ()
    for section in sections:
        if pending and (section.stands_alone or section.heading != heading):
            yield Section("\n\n".join(pending), heading)
            pending = []
        if section.stands_alone:
            yield section
        else:
            pending.append(section.text)
            heading = section.heading
    if pending:
        yield Section("\n\n".join(pending), heading)


def _heading_path(title: str, headings: tuple[str, ...], count: CountTokens) -> str:
    """The innermost headings that fit; one that repeats the title says nothing new."""
    path = [flat for heading in headings if (flat := _flat(heading)) and flat.casefold() != title.casefold()]
    while len(path) > 1 and _cost(HEADING_SEPARATOR.join(path), count) > CONTEXT_TOKENS // 2:
        path.pop(0)
    return _clipped(HEADING_SEPARATOR.join(path), CONTEXT_TOKENS // 2, count)


def _cut(text: str, room: int, count: CountTokens) -> Iterator[str]:
    """Packs whole paragraphs, else whole sentences, into pieces of about equal size rather than leaving a crumb."""
    pieces = [piece for paragraph in _PARAGRAPH.split(text) for piece in _fitting(paragraph, room, count)]
    costs = [_cost(piece.text, count) for piece in pieces]
    total = sum(costs)
    if not total:
        return
    aim = total / ceil(total / room)
    packed: list[_Piece] = []
    size, done, border = 0, 0, aim
    for piece, cost in zip(pieces, costs, strict=True):
        # Cuts where it comes nearest to the border aimed at, but never past the room there is.
        if packed and (size + cost > room or done + cost / 2 > border):
            yield _text_of(packed)
            packed, size = [], 0
            border = max(border, done) + aim
        packed.append(piece)
        size += cost
        done += cost
    yield _text_of(packed)


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    joiner: str  # what stood between it and the piece before


def _fitting(paragraph: str, room: int, count: CountTokens) -> Iterator[_Piece]:
    paragraph = paragraph.strip()
    if not paragraph:
        return
    if _cost(paragraph, count) <= room:
        yield _Piece(paragraph, "\n\n")
        return
    joiner = "\n\n"
    for sentence, separator in _sentences(paragraph):
        for part in _short_enough(sentence, room, count):
            yield _Piece(part, joiner)
            joiner = " "
        joiner = separator


def _sentences(paragraph: str) -> Iterator[tuple[str, str]]:
    """Each sentence with what separates it from the next: a space, a line's end, or (Chinese, Japanese) nothing."""
    start = 0
    for border in _SENTENCE.finditer(paragraph):
        separator = "\n" if "\n" in border.group() else border.group()[-1:]
        # A closing quotation mark belongs to the sentence it closes.
        if sentence := (paragraph[start : border.start()] + border.group().rstrip()).strip():
            yield sentence, separator
        start = border.end()
    if rest := paragraph[start:].strip():
        yield rest, " "


def _short_enough(sentence: str, room: int, count: CountTokens) -> Iterator[str]:
    """Halves what is too long, at a space near the middle if there is one."""
    if _cost(sentence, count) <= room or len(sentence) < 2:
        yield sentence
        return
    middle = len(sentence) // 2
    space = sentence.find(" ", middle)
    if not middle <= space < len(sentence) * 3 // 4:
        space = sentence.rfind(" ", len(sentence) // 4, middle)
    border = space if space > 0 else middle
    yield from _short_enough(sentence[:border].strip(), room, count)
    yield from _short_enough(sentence[border:].strip(), room, count)


def _text_of(pieces: list[_Piece]) -> str:
    return pieces[0].text + "".join(piece.joiner + piece.text for piece in pieces[1:])


def _cost(text: str, count: CountTokens) -> int:
    return max(count(text), ceil(len(text) / CHARACTERS_PER_TOKEN)) if text else 0


def _clipped(text: str, tokens: int, count: CountTokens) -> str:
    if _cost(text, count) <= tokens:
        return text
    return next(_short_enough(text, tokens - 1, count)) + "…"


def _flat(text: str) -> str:
    return _SPACES.sub(" ", " ".join(text.split()))
