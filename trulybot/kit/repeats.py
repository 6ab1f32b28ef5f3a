"""A request that is sent again is known by its Idempotency-Key. Whoever serves it keeps the name with what it made."""

from trulybot.kit.errors import Invalid
from trulybot.kit.security import keyed

LONGEST = 200


def name_of_request(key: bytes, scope: str, request_key: str | None) -> str | None:
    """A hash within `scope`, so that a stranger's equal key leads nowhere; None where no key was sent.

    Raises Invalid on a key that is none.
    """
    if request_key is None:
        return None
    if not 1 <= len(request_key) <= LONGEST or not request_key.isprintable() or request_key.isspace():
        raise Invalid("The Idempotency-Key must be 1 to 200 printable characters. A random UUID is good.")
    return keyed(key, "request", scope, request_key)
