"""How much room the disk of the workspaces has left."""

import os
from pathlib import Path
from typing import Final, NamedTuple

GIBIBYTE: Final = 2**30

# What is kept free: a tenth of the disk, and no more than it takes to notice who fills it, and to stop them.
SHARE: Final = 10
MOST_BYTES: Final = 2 * GIBIBYTE
MOST_FILES: Final = 500_000

SHORT: Final = 1.0
NEARLY_SHORT: Final = 2.0


class Room(NamedTuple):
    """`left` is in reserves, of bytes or files, whichever is scarcer: below SHORT the reserve is touched."""

    left: float
    free_bytes: int


def room_in(folder: Path) -> Room:
    found = os.statvfs(folder)
    left = _left(found.f_bavail, found.f_blocks, MOST_BYTES // found.f_frsize)
    if found.f_files:  # some file systems make room for more files as they go
        left = min(left, _left(found.f_favail, found.f_files, MOST_FILES))
    return Room(left, found.f_bavail * found.f_frsize)


def _left(free: int, of: int, most: int) -> float:
    return free / max(1, min(of // SHARE, most))
