"""Folders for a workspace's data."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trulybot.kit.errors import CannotStart


def make_private(folder: Path) -> None:
    """Make it, for this user alone, unless it is there; raises CannotStart where that cannot be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"{folder} cannot be used as a folder: {error.strerror}. Choose another --data.") from error


@contextmanager
def empty(folder: Path) -> Iterator[Path]:
    """The folder with nothing in it, also when somebody was cut off at work there; it goes again at the end."""
    shutil.rmtree(folder, ignore_errors=True)
    make_private(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
