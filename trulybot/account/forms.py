"""What people and programs send to sign in, and what they get to know about themselves."""

from typing import Annotated, Literal

import msgspec

from trulybot.kit.emails import LONGEST as LONGEST_EMAIL
from trulybot.kit.ranks import Rank
from trulybot.kit.texts import _

LONGEST_NAME = 80


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    email: Annotated[str, msgspec.Meta(max_length=LONGEST_EMAIL)]
    password: Annotated[str, msgspec.Meta(max_length=1000)]
    code: Annotated[str, msgspec.Meta(max_length=40)] = ""  # for whoever has switched two-step sign-in on


class Profile(msgspec.Struct):
    """`name` is a person's e-mail address, or the name of an API key; `rank` says what either may do."""

    name: str
    role: Literal["owner", "admin", "agent", "viewer", "key"]
    rank: Rank
    csrf: str


def problem_with_shown_name(name: str) -> str | None:
    """The sentence that says why visitors cannot be shown this name; None when they can."""
    if len(name) > LONGEST_NAME or not name.isprintable() or "@" in name:
        return _("Write a name of at most 80 characters, not an address; or leave it empty.")
    return None
