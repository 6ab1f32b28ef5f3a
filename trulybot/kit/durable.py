"""Files that are there whole or not at all, also after the power went."""

import os
from pathlib import Path


def put_in_place(new: Path, file: Path) -> None:
    """`new`, which was written whole, becomes `file` in one step; what was there before goes."""
    sync(new)
    new.replace(file)
    sync(file.parent)


def sync(path: Path) -> None:
    """Of a file its content, of a folder its names."""
    held = os.open(path, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
