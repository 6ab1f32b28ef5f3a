"""What every reader gives, what it may take, and how it refuses."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from trulybot.kit.texts import told, with_values
from trulybot.kit.words import MEGABYTE
from trulybot.knowledge.chunking import Section

# Control characters and lone surrogates: no text, and neither the wire nor the database takes the latter.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")


class ReadingFailed(Exception):
    """This document cannot be read; the sentence, which is kept to be told, says why and what its owner can do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return told(self.sentence)


class Limits(msgspec.Struct, frozen=True):
    file_bytes: int = 256 * MEGABYTE
    pages: int = 5_000
    characters: int = 400_000_000
    whole_bytes: int = 32 * MEGABYTE  # of what has to be in memory at once: a web page, a Word document
    unpacked_bytes: int = 1024 * MEGABYTE  # of what a .docx or .xlsx holds, all parts together


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    sections: Iterator[Section]
    progress: Callable[[], float]  # 0 to 1, of what has been taken from `sections`
    close: Callable[[], None]


def cleaned(sections: Iterator[Section], limits: Limits) -> Iterator[Section]:
    """The sections that hold text, freed of control characters, until there are too many."""
    left = limits.characters
    for section in sections:
        text = _NO_TEXT.sub("", section.text)
        left -= len(text)
        if left < 0:
            raise ReadingFailed(
                with_values(
                    "This document holds more than %(number)s characters of text. "
                    "Split it into smaller files and upload those.",
                    number=limits.characters,
                )
            )
        if text.strip():
            heading = tuple(_NO_TEXT.sub("", part) for part in section.heading)
            yield Section(text, heading, section.stands_alone)
