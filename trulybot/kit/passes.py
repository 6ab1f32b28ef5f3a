"""A pass on its way: its claims as JSON, a dot, and the console's Ed25519 signature (RFC 8032), both in base64url."""

import base64
import binascii
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from trulybot.contract import Pass

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LONGEST = 2_000  # characters


def new_key() -> bytes:
    """A private key, to be kept by the console alone."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(key: bytes) -> str:
    """What workspaces are given of a private key."""
    return base64.b64encode(_private(key).public_key().public_bytes_raw()).decode()


def signed(given: Pass, key: bytes) -> str:
    claims = msgspec.json.encode(given)
    return f"{_encoded(claims)}.{_encoded(_private(key).sign(claims))}"


def pass_in(text: str, signers: Iterable[str]) -> Pass | None:
    """The pass, if one of these public keys has signed it; else None. Its claims are still to be judged."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if len(text) > LONGEST:
        return None
    try:
        claims, signature = (_decoded(part) for part in text.split("."))
    except (ValueError, binascii.Error):
        return None
    for signer in signers:
        try:
            Ed25519PublicKey.from_public_bytes(base64.b64decode(signer)).verify(signature, claims)
            return msgspec.json.decode(claims, type=Pass)
        except (InvalidSignature, ValueError):
            continue
    return None


def _private(key: bytes) -> "Ed25519PrivateKey":
    # Imported late: a workspace that nobody is sent into never needs it.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(key)


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
