"""Pages of lines, as paper has them, become paragraphs again. Pure."""

import re
from collections import Counter
from itertools import zip_longest

EDGE_LINES = 2  # headers and footers are looked for in so many lines at the top and bottom
LEAST_LINES = 3 * EDGE_LINES  # on a page with fewer, what repeats may be all there is
REPEATED_SHARE = 0.6
FULL_SHARE = 0.6  # of the usual width: a line that is shorter ends a paragraph

_HYPHEN = re.compile(r"[^\W\d_][-\u00ad]$")
_END = re.compile(r"[.!?:;•]$|^$")
_BEGINNING = re.compile(r"[•\-–*\d]|$")
_DIGITS = re.compile(r"\d+")


def repeated(pages: list[str]) -> set[str]:
    """The lines at the edges of most pages, page numbers aside."""
    if len(pages) < 3:
        return set()
    split = [page.splitlines() for page in pages]
    seen = Counter(line for lines in split for line in {_numberless(lines[at]) for at in _edges(lines)})
    return {line for line, times in seen.items() if times >= REPEATED_SHARE * len(pages)}


def without(lines: list[str], known: set[str]) -> list[str]:
    dropped = {at for at in _edges(lines) if _numberless(lines[at]) in known}
    return [line for at, line in enumerate(lines) if at not in dropped]


def flowing(lines: list[str]) -> str:
    """Lines end where the paper ended: their words and sentences are put together again."""
    lines = [line.strip() for line in lines]
    widths = sorted(len(line) for line in lines if line)
    full = FULL_SHARE * widths[int(0.8 * len(widths))] if widths else 0
    text = ""
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        if _HYPHEN.search(line) and following[:1].islower():
            text += line[:-1]
        elif len(line) >= full and not _END.search(line) and not _BEGINNING.match(following):
            text += line + " "
        else:
            text += line + "\n"
    return text.strip()


def _edges(lines: list[str]) -> list[int]:
    filled = [at for at, line in enumerate(lines) if line.strip()]
    return filled[:EDGE_LINES] + filled[-EDGE_LINES:] if len(filled) >= LEAST_LINES else []


def _numberless(line: str) -> str:
    return _DIGITS.sub("#", " ".join(line.split()))
