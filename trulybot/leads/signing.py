"""What proves to an owner’s server that a webhook is ours, and new. docs/leads.md shows how it is verified. Pure."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def headers(delivery_id: str, timestamp: int, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """While a secret is being changed there are two signatures, set apart by a space."""
    return {
        "Content-Type": "application/json",
        ID: delivery_id,
        TIMESTAMP: str(timestamp),
        SIGNATURE: " ".join(signature(key, timestamp, body) for key in keys),
    }


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over the timestamp, a full stop and the body; the key is the secret’s text as it was shown."""
    return "sha256=" + hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()
