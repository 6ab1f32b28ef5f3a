"""Plain text files: which encoding, and how to read one without holding it."""

import codecs
import io
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from trulybot.kit.words import MEGABYTE

SAMPLE_BYTES = 64 * 1024
# Longest first: the mark of UTF-32 begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""<meta[^>]{0,200}charset=["']?([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
BROKEN_SHARE = 0.02  # of the letters beyond ASCII: so many may be damaged in a file that is UTF-8 all the same


def encoding_of(path: Path) -> str:
    """By its mark; else UTF-8 if all of it is; else UTF-16 by its zeros; else what its letters look like."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    for mark, encoding in MARKS:
        if sample.startswith(mark):
            return encoding
    if unmarked := _unmarked_utf16(sample):
        return unmarked
    return "utf-8" if _is_utf8(path) else _guess(path)


def is_wide(sample: bytes) -> bool:
    """Of two or four bytes a letter, so that zeros are no sign of a binary file."""
    marks = tuple(mark for mark, encoding in MARKS if encoding != "utf-8-sig")
    return sample.startswith(marks) or _unmarked_utf16(sample) is not None


def opened(path: Path) -> tuple[io.TextIOWrapper, Callable[[], float]]:
    """The text with \\n at line ends, damaged letters replaced, and how much of it has been read, 0 to 1."""
    size = max(1, path.stat().st_size)
    file = path.open("rb")
    text = io.TextIOWrapper(file, encoding=encoding_of(path), errors="replace")
    return text, lambda: 1.0 if file.closed else min(1.0, file.tell() / size)


def declared_or_guessed(path: Path, content: bytes) -> str:
    """For web pages, which may say their encoding near their beginning."""
    if (found := _DECLARED.search(content[:4096])) and not content.startswith(tuple(mark for mark, _ in MARKS)):
        with suppress(LookupError):
            return codecs.lookup(found.group(1).decode("ascii")).name
    return encoding_of(path)


def sample_of(path: Path, characters: int = SAMPLE_BYTES) -> str:
    text, _ = opened(path)
    with text:
        return text.read(characters)


def _unmarked_utf16(sample: bytes) -> str | None:
    """Text in a European language has a zero in nearly every second byte."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd / half > 0.7 and even / half < 0.1:
        return "utf-16-le"
    if even / half > 0.7 and odd / half < 0.1:
        return "utf-16-be"
    return None


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    beyond = broken = 0
    with path.open("rb") as file:
        while piece := file.read(MEGABYTE):
            if piece.isascii():
                continue
            text = decoder.decode(piece)
            broken += text.count("\ufffd")
            beyond += len(text) - len(text.encode("ascii", "ignore"))
    return broken == 0 or broken < BROKEN_SHARE * beyond


def _guess(path: Path) -> str:
    from charset_normalizer import from_bytes

    # A small sample around the first letter beyond ASCII: the guess is slow and needs no more.
    best = from_bytes(_telling(path), cp_isolation=["cp1252", "cp1250", "cp1251", "cp932", "gb18030", "big5"]).best()
    # Windows' own western encoding is a superset of Latin-1 in all that people type.
    return best.encoding if best and best.encoding != "ascii" else "cp1252"


def _telling(path: Path) -> bytes:
    with path.open("rb") as file:
        while piece := file.read(SAMPLE_BYTES):
            if not piece.isascii():
                return piece[:16_384] if not piece[:16_384].isascii() else piece
    return b""
