"""What an exported workspace is made of: a ZIP archive of its database, its uploads, and a list of both."""

import re
from typing import Final

import msgspec

MANIFEST: Final = "manifest.json"
DATABASE: Final = "trulybot.db"
UPLOADS: Final = "uploads/"

MOST_MANIFEST_BYTES = 64 * 1024 * 1024

_UPLOAD = re.compile(r"uploads/[A-Za-z0-9_-]{1,80}(\.[a-z0-9]{1,10})?")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`created` is in seconds since 1970, `version` the one that wrote it."""

    format: int = 1
    version: str
    created: int
    files: dict[str, Entry]


def is_allowed(name: str) -> bool:
    """Whether a file of this name may be in it: such a name leads nowhere else."""
    return name == DATABASE or _UPLOAD.fullmatch(name) is not None
