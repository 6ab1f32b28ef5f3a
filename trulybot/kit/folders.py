"""Folders for a workspace's data."""

from pathlib import Path

from trulybot.kit.errors import CannotStart


def make_private(folder: Path) -> None:
    """Make it, for this user alone, unless it is there; raises CannotStart where that cannot be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"{folder} cannot be used as a folder: {error.strerror}. Choose another --data.") from error
