"""Secrets: made, hashed, compared; the headers every answer carries."""

import hashlib
import hmac
import secrets

from sqlalchemy import Connection, text

TOKEN_BYTES = 32

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors ",
    )
)
CONTENT_SECURITY_POLICY = POLICY + "'none'"

HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # "no-referrer" would turn the Origin of a form post into "null".
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def framed_by(ancestors: str) -> str:
    """The policy of a page that these may show in a frame."""
    return POLICY + ancestors


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hashed(token: str) -> bytes:
    """What is stored of a token. Plain SHA-256: tokens are random, so there is nothing to guess or to slow down."""
    return hashlib.sha256(token.encode()).digest()


def keyed(key: bytes, *parts: str) -> str:
    """HMAC-SHA256 of the parts, as hex; parts cannot run into one another."""
    message = b"".join(len(encoded := part.encode()).to_bytes(4) + encoded for part in parts)
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Equality whose time tells nothing of where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def signing_key(connection: Connection, name: str) -> bytes:
    """This workspace's own key of that name, made when first asked for."""
    connection.execute(
        text("INSERT INTO secrets (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING"),
        {"name": name, "value": secrets.token_bytes(32)},
    )
    key: bytes = connection.execute(text("SELECT value FROM secrets WHERE name = :name"), {"name": name}).scalar_one()
    return key


def forget_signing_key(connection: Connection, name: str) -> None:
    """The next of that name is another one: nothing that was signed before fits any more."""
    connection.execute(text("DELETE FROM secrets WHERE name = :name"), {"name": name})
