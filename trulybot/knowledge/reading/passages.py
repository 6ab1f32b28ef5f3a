"""Sections become passages, however many there are."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from trulybot.knowledge.chunking import CountTokens, Section, passages_of
from trulybot.knowledge.reading.wire import Passage

GROUP_CHARACTERS = 64 * 1024  # of neighbouring sections that are cut into passages together


def passages(title: str, sections: Iterable[Section], count: CountTokens) -> Iterator[Passage]:
    """Chunking joins all neighbours under one heading; a book without headings must not be held whole for that."""
    for _, group in groupby(sections, _Groups()):
        for found in passages_of(title, group, count):
            yield Passage(found.title, found.heading, found.text)


class _Groups:
    def __init__(self) -> None:
        self._number = 0
        self._size = 0

    def __call__(self, section: Section) -> int:
        self._size += len(section.text)
        if self._size > GROUP_CHARACTERS and not section.stands_alone:
            self._number += 1
            self._size = len(section.text)
        return self._number
