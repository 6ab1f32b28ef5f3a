"""What a hosted workspace asks the gateway to fetch or to hand over, and what came of it, as both write it down."""

from pathlib import Path
from typing import Any

import msgspec

from trulybot.kit.net.outcomes import Failure, Fetched, NotModified, Taken, Version

MOST_URL = 2048  # characters
MOST_POSTED = 512 * 1024  # bytes


class Fetch(msgspec.Struct, frozen=True):
    """`types` of content, where not all will do."""

    url: str
    known: Version = Version()
    types: tuple[str, ...] | None = None
    most_bytes: int | None = None


class Post(msgspec.Struct, frozen=True):
    url: str
    body: bytes
    headers: dict[str, str]


Told = Fetched | NotModified | Taken | Failure


def line_of(outcome: Told) -> bytes:
    """One line; after that of a page comes the page itself."""
    return msgspec.json.encode(outcome, enc_hook=str) + b"\n"


def outcome_from(line: bytes) -> Told:
    """Raises msgspec.MsgspecError. A page's path is the other side's, and means nothing here."""
    found: Told = msgspec.json.decode(line, type=Told, dec_hook=_path)
    return found


def _path(_: type[Any], written: Any) -> Path:
    return Path(str(written))
