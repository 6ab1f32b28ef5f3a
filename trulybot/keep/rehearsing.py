"""Bringing a copy of the database up to date first, so that one that cannot be is found before anything is changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trulybot.keep import backup
from trulybot.keep.soundness import assert_sound
from trulybot.kit.folders import empty
from trulybot.kit.migrate import migrate


@contextmanager
def rehearsed(database: Path, product: Path) -> Iterator[tuple[Path, list[str]]]:
    """A folder beside it with the copy, brought up to date, and what that took. Both go again in any case.

    Raises CannotStart and Unavailable.
    """
    with empty(database.parent / "rehearsal") as folder:
        copied = folder / database.name
        backup.copy(database, copied)
        applied = migrate(copied, product)
        assert_sound(copied)
        yield folder, applied
