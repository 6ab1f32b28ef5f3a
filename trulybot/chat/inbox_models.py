"""The inbox's rows, and what may be asked of it."""

from typing import Literal, NamedTuple, get_args

import msgspec

Show = Literal["", "unread", "wanted", "open", "unanswered", "disliked", "lead"]
SHOWS: tuple[Show, ...] = get_args(Show)


class Sought(NamedTuple):
    """One of the views, and words that must have been said; `staff` is whose unread ones are meant."""

    staff: int
    show: Show = ""
    words: tuple[str, ...] = ()


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation in the list; `place` is where it stands in there, `said` what was found in it."""

    id: str
    place: int
    first_question: str | None
    last_words: str | None
    last_kind: str | None
    last_at: int
    questions: int
    refused: int
    disliked: int
    wanted_at: int | None
    lead_at: int | None
    taken_by: str | None
    visitor: str | None
    is_unread: int
    said: str | None = None


class Found(NamedTuple):
    """`looked_until`: the search went back as far as this place, and there may be more before it."""

    lines: list[Line]
    looked_until: int | None = None


class Changed(NamedTuple):
    """A conversation that changed; `change` is the number of the change."""

    change: int
    id: str
    wanted_at: int | None
    words: str | None
