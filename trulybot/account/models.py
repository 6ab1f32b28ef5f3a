"""The people and programs that may run a workspace, and what proves them."""

from typing import Literal

import msgspec

from trulybot.kit.clock import DAY, MINUTE

LONGEST_SESSION = 30 * DAY
LONGEST_ABSENCE = 7 * DAY  # a session unused for this long has ended
LINK_LIFETIME = DAY
NOTED_EVERY = MINUTE  # how exactly we know when a session or key was last used

Role = Literal["owner", "admin"]
Purpose = Literal["first run", "sign in", "new password"]


class Staff(msgspec.Struct, frozen=True):
    id: int
    email: str
    password_hash: str
    role: Role


class Session(msgspec.Struct, frozen=True):
    """A signed-in browser, with the person it belongs to."""

    id: int
    staff_id: int
    email: str
    role: Role
    seen_at: int
    shown_as: str | None


class Link(msgspec.Struct, frozen=True):
    """A one-time link that still works; it has a person unless it is for the first run."""

    purpose: Purpose
    staff_id: int | None
    email: str | None


class ApiKey(msgspec.Struct, frozen=True):
    id: int
    name: str
    created_at: int
    last_used_at: int | None
