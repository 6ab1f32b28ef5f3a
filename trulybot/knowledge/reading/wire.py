"""What the parent asks of the child's reading thread, and what it gets."""

from typing import Literal

import msgspec

from trulybot.knowledge.reading.document import Limits

Wanted = Literal["file", "page", "text", "pairs"]  # what the owner added: decides where content alone cannot


class Open(msgspec.Struct, frozen=True):
    reading: int  # a number the parent chose
    path: str
    name: str
    title: str
    wanted: Wanted
    limits: Limits


class Opened(msgspec.Struct, array_like=True, frozen=True):
    kind: str
    title: str  # the document's own, or what its file's name says


class Passage(msgspec.Struct, array_like=True, frozen=True):
    title: str
    heading: str
    text: str


class Pair(msgspec.Struct, array_like=True, frozen=True):
    question: str
    answer: str
    variants: list[str]


class Batch(msgspec.Struct, array_like=True, frozen=True):
    passages: list[Passage]
    pairs: list[Pair]
    progress: float
    is_last: bool
