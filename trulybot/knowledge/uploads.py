"""The files that sources are read from, one a source, under names of our own."""

import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from trulybot.kit.errors import Invalid, TooLarge
from trulybot.kit.texts import with_values
from trulybot.kit.words import sized

FORM_OVERHEAD = 1_000_000  # bytes a multipart form may have beside its files
COPIED_AT_ONCE = 1024 * 1024
STILL_COMING = 3600  # seconds; a younger file may be one that another process is adding


@dataclass(frozen=True)
class Shelf:
    """Where the files lie and how much may come: bytes of a file and of all, pages of a walk through the web."""

    folder: Path
    max_file_bytes: int
    max_total_bytes: int
    max_pages: int

    @contextmanager
    def place(self, source_id: str, name: str) -> Iterator[Path]:
        """A path for a new file; what was written there goes again when the block fails."""
        self.folder.mkdir(parents=True, exist_ok=True)
        suffix = Path(name).suffix.lower()
        path = self.folder / f"{source_id}{suffix if _is_plain(suffix) else ''}"
        try:
            yield path
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def remove(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    def sweep(self, kept: set[str]) -> None:
        """Remove what belongs to no source: left by a crash between a file and its row."""
        for path in self.folder.glob("*"):
            if path.name not in kept and time.time() - path.stat().st_mtime > STILL_COMING:
                path.unlink(missing_ok=True)


async def keep(content: IO[bytes], path: Path, most: int) -> int:
    """Copy an upload to disk, durably; gives its size. Raises TooLarge, or Invalid when it is empty."""
    return await asyncio.to_thread(_copy, content, path, most)


def _copy(content: IO[bytes], path: Path, most: int) -> int:
    with path.open("xb") as file:
        shutil.copyfileobj(content, file, COPIED_AT_ONCE)
        size = file.tell()
        if size > most:
            raise TooLarge(
                with_values("This is larger than the %(size)s that one document may have. Split it.", size=sized(most))
            )
        if size == 0:
            raise Invalid("This file is empty (0 bytes). Check it and upload it again.")
        file.flush()
        os.fsync(file.fileno())
    return size


def _is_plain(suffix: str) -> bool:
    return 1 < len(suffix) <= 10 and suffix.isascii() and suffix[1:].isalnum()
