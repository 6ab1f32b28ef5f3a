"""What programs send to sign up and in, and what they get to know about themselves."""

from typing import Annotated

import msgspec

from trulybot.kit.emails import LONGEST
from trulybot.kit.ranks import PlatformRank, Rank

Email = Annotated[str, msgspec.Meta(max_length=LONGEST)]
Password = Annotated[str, msgspec.Meta(max_length=1000)]


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    email: Email
    password: Password
    code: Annotated[str, msgspec.Meta(max_length=40)] = ""  # for whoever has switched two-step sign-in on


class Address(msgspec.Struct, forbid_unknown_fields=True):
    email: Email


class NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    """`token` is the last part of the mailed link."""

    token: Annotated[str, msgspec.Meta(max_length=100)]
    password: Password


class InWorkspace(msgspec.Struct):
    workspace: str
    role: Rank


class Profile(msgspec.Struct):
    """`csrf` is what a session's unsafe requests send as X-CSRF-Token."""

    email: str
    role: PlatformRank
    two_steps: bool
    workspaces: list[InWorkspace]
    csrf: str
