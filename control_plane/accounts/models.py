"""Customers and operators, what proves them, and what they are members of."""

from typing import Literal, NamedTuple

import msgspec

from trulybot.kit.clock import DAY, HOUR, MINUTE
from trulybot.kit.ranks import PlatformRank, Rank
from trulybot.kit.reader import DateFormat

MAILED_LINK_LIFETIME = HOUR
SIGN_UP_LIFETIME = DAY
INVITATION_LIFETIME = 7 * DAY
SECOND_STEP_LIFETIME = 10 * MINUTE
NOTED_EVERY = MINUTE  # how exactly we know when a session was last used

Invited = Literal["viewer", "agent", "admin"]  # as what: nobody is made owner by a link
Purpose = Literal["sign up", "operator", "invitation", "new password", "new address", "second step"]


class Account(msgspec.Struct, frozen=True):
    id: int
    email: str
    password_hash: str
    role: PlatformRank


class Session(msgspec.Struct, frozen=True):
    """A signed-in browser, with the account it belongs to."""

    id: int
    account_id: int
    email: str
    role: PlatformRank
    seen_at: int
    language: str
    time_zone: str
    date_format: DateFormat | Literal[""]


class SignedIn(msgspec.Struct, frozen=True):
    """A session, as its person is shown it."""

    id: int
    browser: str
    created_at: int
    seen_at: int
    is_this: bool


class Link(msgspec.Struct, frozen=True):
    """A one-time link that still works. `email` is whom it was mailed to, or whose account it is about.

    Of an invitation `workspace` is the name of what `workspace_id` means, and `role` what they become there.
    """

    purpose: Purpose
    account_id: int | None
    email: str
    workspace_id: str | None
    workspace: str | None
    role: Invited | None


class Membership(NamedTuple):
    workspace_id: str
    role: Rank


class Member(msgspec.Struct, frozen=True):
    account_id: int
    email: str
    role: Rank
    joined_at: int
    seen_at: int | None
    has_two_steps: bool


class Invitation(msgspec.Struct, frozen=True):
    id: int
    email: str
    role: Invited
    expires_at: int
