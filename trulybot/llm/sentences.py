"""A passage as the sentences, list items, table rows and blocks of code it is made of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from trulybot.llm.english import NEVER_LAST, SELDOM_LAST, SENTENCE_STARTERS

Kind = Literal["prose", "item", "row", "heading", "code"]

MONSTROUS = 600  # characters; nobody reads such a sentence in an answer, so it may be cut at a clause
PIECE = 300
WRAPPED = 40  # characters; a shorter line was not broken for want of room

_LINE = re.compile(r"[^\n]+")
_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_LOOKS_LIKE_CODE = re.compile(r"^(?: {4}|\t|\$ )|[{};\\]$|\S {3,}\S|\w\(|\w=\S|\s--?\w|&& |=>|</")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_ITEM = re.compile(r"\s{0,12}(?:[-*+•‣▪–]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_ROW = re.compile(r"\s{0,12}\||[^·]{1,80}: [^·]{0,400} · ")

# The quantifiers are bounded, so that a line of 100,000 full stops costs as much as one of letters.
_END = re.compile(r"[.!?…][\"'”’)\]»*_]{0,4}(?:\[\d{1,3}\]){0,4}\s|[。！？][」』”]{0,2}")
_LAST_WORD = re.compile(r"[^\s(\[\"“]{1,20}\Z")
_OPENING = re.compile(r"[\s\"'“‘(\[«*_]{0,40}")
_INITIALS = re.compile(r"[A-Z]|(?:[A-Za-z]\.){1,8}[A-Za-z]")
_CLAUSE = re.compile(r"[;:,)—–]\s|\s")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A slice of a passage: `passage[start:end] == text`, without white space at its ends."""

    text: str
    start: int
    end: int
    kind: Kind = "prose"


def sentences_of(passage: str) -> list[Sentence]:
    """In their order. Linear in the length of the text, whatever is in it."""
    return [
        Sentence(passage[start:end], start, end, kind)
        for block_start, block_end, kind in _blocks(passage)
        for start, end in _pieces(passage, block_start, block_end, kind)
    ]


def _blocks(passage: str) -> Iterator[tuple[int, int, Kind]]:
    """Runs of lines that belong together: a wrapped paragraph, one item, one row, a piece of code."""
    start = end = 0
    kind: Kind | None = None
    fenced = False
    code = set(_lines_of_code(passage))
    for line in _LINE.finditer(passage):
        fence = _FENCE.match(line.group()) is not None
        if fenced:
            end, fenced = line.end(), not fence
            continue
        its_kind: Kind = "code" if fence or line.start() in code else _kind_of(line.group())
        if kind is not None and not fence and _goes_on(passage, start, end, kind, line, its_kind):
            end = line.end()
            continue
        if kind is not None:
            yield start, end, kind
        start, end, kind, fenced = line.start(), line.end(), its_kind, fence
    if kind is not None:
        yield start, end, kind


def _lines_of_code(passage: str) -> Iterator[int]:
    """Where the lines of paragraphs begin that look like code, for the readers of documents keep no fences."""
    for paragraph in _PARAGRAPH.finditer(passage):
        lines = list(_LINE.finditer(passage, paragraph.start(), paragraph.end()))
        if len(lines) > 1 and 2 * sum(bool(_LOOKS_LIKE_CODE.search(line.group())) for line in lines) >= len(lines):
            yield from (line.start() for line in lines)


def _kind_of(line: str) -> Kind:
    if _HEADING.match(line):
        return "heading"
    if _ITEM.match(line):
        return "item"
    return "row" if _ROW.match(line) else "prose"


def _goes_on(passage: str, start: int, end: int, kind: Kind, line: re.Match[str], its_kind: Kind) -> bool:
    """Whether the line belongs to the block before it, and is not the start of something new."""
    begun = line.group().lstrip()
    if line.start() - end > 1 or not begun:
        return False
    if its_kind == "code" or kind == "code":
        return its_kind == kind
    if its_kind != "prose" or kind not in ("prose", "item"):
        return False
    if kind == "item" and line.group()[0].isspace():
        return True
    last_line = passage[max(start, passage.rfind("\n", start, end) + 1) : end].rstrip()
    return len(last_line) >= WRAPPED and (begun[0].islower() or not last_line.endswith((".", "!", "?", ":", "…")))


def _pieces(passage: str, start: int, end: int, kind: Kind) -> Iterator[tuple[int, int]]:
    ends = [*_sentence_ends(passage, start, end), end] if kind in ("prose", "item") else [end]
    for stop in ends:
        for piece_start, piece_end in _readable(passage, start, stop):
            trimmed = passage[piece_start:piece_end].strip()
            if any(map(str.isalnum, trimmed)):
                begin = passage.index(trimmed, piece_start)
                yield begin, begin + len(trimmed)
        start = stop


def _sentence_ends(passage: str, start: int, end: int) -> Iterator[int]:
    first = start
    for match in _END.finditer(passage, start, end):
        if _ends_sentence(passage, first, match):
            first = match.end()
            yield first


def _ends_sentence(passage: str, first: int, match: re.Match[str]) -> bool:
    mark = passage[match.start()]
    if mark in "。！？":
        return True
    opening = _OPENING.match(passage, match.end())
    following = passage[opening.end() if opening else match.end() :][:24]
    if following[:1].islower():
        return False
    if mark != ".":
        return True
    before = _LAST_WORD.search(passage[max(first, match.start() - 20) : match.start()])
    return before is None or _may_be_last(before.group(), following, match.start() - first)


def _may_be_last(word: str, following: str, length: int) -> bool:
    lowered = word.lower()
    if lowered in NEVER_LAST or (following[:1].isdigit() and lowered.endswith(("no", "str"))):
        return False
    if length <= 4 and word.isdigit():  # "3. Press the button" is one sentence
        return False
    if lowered in SELDOM_LAST or _INITIALS.fullmatch(word):
        first_word = following.split(maxsplit=1)[:1]
        return not first_word or first_word[0].rstrip(",").lower() in SENTENCE_STARTERS
    return True


def _readable(passage: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentence itself, or a monstrous one in pieces that end at a clause, a word or, at worst, anywhere."""
    if end - start <= MONSTROUS:
        yield start, end
        return
    while end - start > PIECE:
        cuts = [cut.end() for cut in _CLAUSE.finditer(passage, start + PIECE // 2, start + PIECE)]
        lines = [cut for cut in cuts if passage[cut - 1] == "\n"]
        clauses = [cut for cut in cuts if passage[cut - 2] in ";:,)—–"]
        cut = (lines or clauses or cuts or [start + PIECE])[-1]
        yield start, cut
        start = cut
    yield start, end
