"""A lead and what happened to it, as rows. Merging what a visitor leaves into what is known is pure and stands here."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from trulybot.preferences.models import OUR_NAMES

Status = Literal["new", "contacted", "qualified", "won", "lost"]
STATUSES: tuple[Status, ...] = ("new", "contacted", "qualified", "won", "lost")
Reach = Literal["email", "phone"]

Values = Mapping[str, str]  # email, phone and name in their normal forms, and the other fields by their names


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    """`fields` has what the owner asks for beside the three that the workspace understands."""

    id: str
    status: Status
    email: str | None
    phone: str | None
    name: str | None
    fields: dict[str, str]
    conversation: str | None  # the last they left something in, if it is still there
    note_count: int
    created_at: int
    captured_at: int

    @property
    def values(self) -> dict[str, str]:
        own = {name: value for name in OUR_NAMES if (value := getattr(self, name))}
        return {**own, **self.fields}


class Capture(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor left at one time, as they wrote it, and the words of consent they were shown then."""

    id: str
    conversation: str | None
    visitor: str | None
    fields: dict[str, str]
    consent: str | None
    page: str | None
    locale: str | None
    captured_at: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """`author` is None where the visitor corrected themselves."""

    author: str | None
    field: str
    was: str
    became: str
    changed_at: int


class Note(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    author: str
    text: str
    written_at: int


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which leads: of this status, who left something `since`, with these `words` anywhere in what they left."""

    status: Status | None = None
    since: int | None = None
    words: str | None = None
    has: tuple[Reach, ...] = ()


class Shift(msgspec.Struct, frozen=True):
    """One value that became another."""

    field: str
    was: str
    became: str


def merged(known: Values, left: Values, *, is_own: bool) -> dict[str, str]:
    """What is known after somebody `left` more: nothing is ever lost for something empty.

    In their own conversation a visitor may correct themselves. Anybody else may write anybody's address in a form,
    so what they leave fills gaps only; what differs stays with its capture, for staff to compare.
    """
    given = {name: value for name, value in left.items() if value}
    return {**known, **given} if is_own else {**given, **known}


def shifts(before: Values, after: Values) -> list[Shift]:
    """What became another, was added or went; an empty text stands for nothing."""
    names = list(dict.fromkeys([*before, *after]))
    both = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return [Shift(name, was, became) for name, was, became in both if was != became]
