"""The files of our own that a browser loads: one address per content, so that they may be kept for ever.

All stylesheets are sent as one. The version stands in the path, so modules find each other by relative address.
"""

import gzip
import hashlib
import mimetypes
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from trulybot.kit.errors import NotFound

STYLESHEET = "all.css"
KEPT_FOR_EVER = "public, max-age=31536000, immutable"


class Asset(NamedTuple):
    body: bytes
    gzipped: bytes
    media_type: str


class Static:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def assets(self) -> dict[str, Asset]:
        files = {path.relative_to(self._folder).as_posix(): path for path in sorted(self._folder.rglob("*.*"))}
        assets = {name: _asset(name, path.read_bytes()) for name, path in files.items() if path.suffix != ".css"}
        sheets = [path.read_bytes() for path in files.values() if path.suffix == ".css"]
        return assets | {STYLESHEET: _asset(STYLESHEET, b"\n".join(sheets))}

    @cached_property
    def version(self) -> str:
        """Changes when any file does."""
        digest = hashlib.sha256()
        for name, asset in sorted(self.assets.items()):
            digest.update(name.encode() + b"\0" + asset.body)
        return digest.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Where a page loads `name` from; KeyError for a file that is not there, so that no page ships a dead link."""
        self.assets[name]
        return f"/static/{self.version}/{name}"

    def asset(self, name: str) -> Asset:
        """Raises NotFound."""
        try:
            return self.assets[name]
        except KeyError:
            raise NotFound("There is no such file here.") from None


def _asset(name: str, body: bytes) -> Asset:
    return Asset(body, gzip.compress(body, 9, mtime=0), mimetypes.guess_type(name)[0] or "application/octet-stream")
