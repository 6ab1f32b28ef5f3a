"""How much room the disk of the workspaces has left."""

import os
from pathlib import Path
from typing import Final

GIBIBYTE: Final = 2**30

# What is kept free: a tenth of the disk, and no more than it takes to notice who fills it, and to stop them.
SHARE: Final = 10
MOST_BYTES: Final = 2 * GIBIBYTE
MOST_FILES: Final = 500_000

SHORT: Final = 1.0
NEARLY_SHORT: Final = 2.0


def room_in(folder: Path) -> float:
    """Below SHORT, the reserve is touched; below NEARLY_SHORT, it soon will be. Of bytes or files, what is scarcer."""
    found = os.statvfs(folder)
    bytes_left = _room(found.f_bavail, found.f_blocks, MOST_BYTES // found.f_frsize)
    has_fixed_number = found.f_files > 0  # some file systems make room for more files as they go
    return min(bytes_left, _room(found.f_favail, found.f_files, MOST_FILES)) if has_fixed_number else bytes_left


def _room(free: int, of: int, most: int) -> float:
    return free / max(1, min(of // SHARE, most))
