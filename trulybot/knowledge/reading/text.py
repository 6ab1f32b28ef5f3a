"""Plain text, of any size and with lines of any length."""

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from trulybot.knowledge.chunking import Section
from trulybot.knowledge.reading.document import Document, Limits
from trulybot.knowledge.reading.encoding import opened

BLOCK = 16_384  # characters


def read(path: Path, limits: Limits) -> Document:
    text, progress = opened(path)
    return Document("", (Section(block) for block in _blocks(text)), progress, text.close)


def _blocks(text: TextIO) -> Iterator[str]:
    """All of the text in pieces of about BLOCK characters, cut between paragraphs, else lines, else words."""
    rest = ""
    while piece := text.read(BLOCK):
        rest += piece
        if len(rest) > BLOCK:
            border = _border(rest)
            yield rest[:border]
            rest = rest[border:]
    if rest:
        yield rest


def _border(text: str) -> int:
    for mark in ("\n\n", "\n", ". ", " "):
        if (found := text.rfind(mark, len(text) // 2)) > 0:
            return found + len(mark)
    return len(text)
