"""What a visitor's browser shows to be known as the same visitor again. Pure: keys and times in, tokens out.

A token is vt_VISITOR.EXPIRY.PROOF, the proof an HMAC of both under this workspace's own key: another workspace's does
not fit, and nothing is stored.
"""

import re
import secrets

import msgspec

from trulybot.kit.clock import HOUR
from trulybot.kit.errors import Unauthenticated
from trulybot.kit.security import keyed, same
from trulybot.kit.texts import N_

PREFIX = "vt_"
LIFETIME = HOUR
PROOF_CHARACTERS = 43  # of hex: 172 bits

_TOKEN = re.compile(r"vt_(v_[A-Za-z0-9_-]{16})\.([0-9]{1,12})\.([0-9a-f]{43})", re.ASCII)


class NoVisitor(Unauthenticated):
    def __init__(self) -> None:
        super().__init__(
            N_(
                "This visitor’s token has expired, or is not from here. Leave the header Authorization out: "
                "the answer brings a new token."
            )
        )


class Token(msgspec.Struct, frozen=True):
    """`visitor` is the token itself, as the fields of an answer call it; it expires at a second since 1970."""

    visitor: str
    visitor_expires_at: int


def new_visitor() -> str:
    return f"v_{secrets.token_urlsafe(12)}"


def token_for(visitor_id: str, key: bytes, now: int) -> Token:
    expires_at = now + LIFETIME
    return Token(f"{PREFIX}{visitor_id}.{expires_at}.{_proof(visitor_id, expires_at, key)}", expires_at)


def visitor_in(token: str, key: bytes, now: int) -> str:
    """The id of the visitor it was made for; raises NoVisitor."""
    found = _TOKEN.fullmatch(token)
    if found is None or not same(found[3], _proof(found[1], int(found[2]), key)) or int(found[2]) <= now:
        raise NoVisitor
    return found[1]


def _proof(visitor_id: str, expires_at: int, key: bytes) -> str:
    return keyed(key, "visitor", visitor_id, str(expires_at))[:PROOF_CHARACTERS]
