"""Values as a page says them: counts, sizes, and text whose citations and links can be followed."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE  # as file managers count

# A name before an @ has its longest length, or else a page of letters would be looked through once for each of them.
_MARK = re.compile(
    r"\[(?P<number>\d{1,2})\]|(?P<url>https?://[^\s<>\"\[\]]+[^\s<>\"\[\].,;:!?)])"
    r"|(?P<mail>[\w.+-]{1,100}@[\w-]+\.[\w.-]*\w)"
)


# msgspec’s words for a text that fits no pattern: the pattern tells a person nothing.
_PATTERN = re.compile(r"Expected `str` matching regex '.*'(?= - at `|$)", re.DOTALL)


class Piece(NamedTuple):
    """One run of a paragraph: `kind` is text, citation (then `text` is its number) or link (then `href` is set)."""

    kind: str
    text: str
    href: str = ""


def paragraphs(text: str) -> list[list[Piece]]:
    """Paragraphs are set apart by blank lines; `[1]` is a citation; web and mail addresses become links."""
    return [list(_pieces(part.strip("\n"))) for part in re.split(r"\n[ \t]*\n", text) if part.strip()]


def as_typed(value: object) -> str:
    """What a person typed into a form: lines end as everywhere, or paragraphs would not part; "" where a file came."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def counted(number: int, noun: str) -> str:
    """`1 passage`, `412 passages`, `1,204 passages`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def sized(number: int) -> str:
    """`256 MB`, `12 KB` or `7 bytes`."""
    if number >= MEGABYTE:
        return f"{number / MEGABYTE:,.0f} MB"
    return f"{number / KILOBYTE:.0f} KB" if number >= KILOBYTE else counted(number, "byte")


def without_secrets(url: str) -> str:
    """A web address without what may be a key in it: what stands before the host, and behind a question mark."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def without_pattern(fault: str) -> str:
    """What msgspec finds wrong, in words."""
    return _PATTERN.sub("Expected a text of another form, which /openapi.json describes", fault)


def _pieces(paragraph: str) -> list[Piece]:
    pieces, at = [], 0
    for mark in _MARK.finditer(paragraph):
        if mark.start() > at:
            pieces.append(Piece("text", paragraph[at : mark.start()]))
        pieces.append(_marked(mark))
        at = mark.end()
    return pieces + ([Piece("text", paragraph[at:])] if at < len(paragraph) else [])


def _marked(mark: re.Match[str]) -> Piece:
    if number := mark["number"]:
        return Piece("citation", number)
    return Piece("link", mark[0], mark[0] if mark["url"] else f"mailto:{mark[0]}")
