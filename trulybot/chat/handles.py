"""The unguessable half of a conversation: who knows it is its visitor.

A handle is ID.PROOF, the proof an HMAC of the id under this workspace's own key, so nothing secret is stored.
"""

import secrets

from litestar.datastructures import Cookie

from trulybot.contract import CONVERSATION_COOKIE, SETTLED_COOKIE
from trulybot.kit.clock import DAY
from trulybot.kit.errors import NotFound
from trulybot.kit.security import keyed, same
from trulybot.kit.texts import N_

REMEMBERED = 30 * DAY  # by a browser, of its conversation
NO_CONVERSATION = N_("There is no such conversation. Start a new one.")
PROOF_CHARACTERS = 43  # of hex: 172 bits


def new_id(letter: str) -> str:
    return f"{letter}_{secrets.token_urlsafe(12)}"


def handle_of(conversation_id: str, key: bytes) -> str:
    return f"{conversation_id}.{_proof(conversation_id, key)}"


def conversation_id_from(handle: str, key: bytes) -> str:
    """The id a handle proves; raises NotFound otherwise, never saying whether there is such a conversation."""
    conversation_id, _, proof = handle.partition(".")
    if not same(proof, _proof(conversation_id, key)):
        raise NotFound(NO_CONVERSATION)
    return conversation_id


def id_named_by(handle: str) -> str:
    """The id in a handle, unproved: for staff, who may see every conversation."""
    return handle.partition(".")[0]


def cookie_with(handle: str) -> Cookie:
    return _cookie(CONVERSATION_COOKIE, handle, REMEMBERED)


def cookie_gone() -> Cookie:
    return _cookie(CONVERSATION_COOKIE, "", 0)


def cookie_of_who_settled() -> Cookie:
    """They left their details, or would rather not: they are not asked again."""
    return _cookie(SETTLED_COOKIE, "1", REMEMBERED)


def _cookie(name: str, value: str, seconds: int) -> Cookie:
    return Cookie(name, value=value, path="/", secure=True, httponly=True, samesite="lax", max_age=seconds)


def _proof(conversation_id: str, key: bytes) -> str:
    return keyed(key, "conversation", conversation_id)[:PROOF_CHARACTERS]
