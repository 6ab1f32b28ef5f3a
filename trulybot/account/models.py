"""The people and programs that may run a workspace, and what proves them."""

from typing import Literal

import msgspec

from trulybot.kit.clock import DAY, HOUR, MINUTE
from trulybot.kit.ranks import Rank
from trulybot.kit.reader import DateFormat

LINK_LIFETIME = DAY
MAILED_LINK_LIFETIME = HOUR
INVITATION_LIFETIME = 7 * DAY
SECOND_STEP_LIFETIME = 10 * MINUTE
NOTED_EVERY = MINUTE  # how exactly we know when a session or key was last used

Scope = Literal["viewer", "agent", "admin"]  # of a key, and what one can be invited as: nobody is made owner by a link
Purpose = Literal["first run", "sign in", "new password", "invitation", "new address", "second step"]


class Staff(msgspec.Struct, frozen=True):
    id: int
    email: str
    password_hash: str
    role: Rank


class Session(msgspec.Struct, frozen=True):
    """A signed-in browser, with the person it belongs to."""

    id: int
    staff_id: int
    email: str
    role: Rank
    seen_at: int
    shown_as: str | None
    language: str
    time_zone: str
    date_format: DateFormat | Literal[""]


class Link(msgspec.Struct, frozen=True):
    """A one-time link that still works; it has a person unless it is for the first run."""

    purpose: Purpose
    staff_id: int | None
    email: str | None
    role: Scope | None = None  # of an invitation


class Teammate(msgspec.Struct, frozen=True):
    id: int
    email: str
    role: Rank
    seen_at: int | None
    shown_as: str | None
    has_two_steps: bool


class Invitation(msgspec.Struct, frozen=True):
    id: int
    email: str
    role: Scope
    expires_at: int


class SignedIn(msgspec.Struct, frozen=True):
    """A session, as its person is shown it."""

    id: int
    browser: str
    created_at: int
    seen_at: int
    is_this: bool


class ApiKey(msgspec.Struct, frozen=True):
    id: int
    name: str
    scope: Scope
    created_at: int
    last_used_at: int | None
