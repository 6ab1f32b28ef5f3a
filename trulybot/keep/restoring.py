"""Going back to a backup."""

from pathlib import Path

from trulybot.keep import backup, replacing
from trulybot.keep.soundness import assert_sound
from trulybot.kit.errors import NotFound
from trulybot.kit.folders import empty
from trulybot.kit.migrate import pending


def restore(database: Path, file: Path, product: Path) -> None:
    """The backup stays. Call it holding the folder's lock.

    Raises NotFound, Unavailable when the backup is damaged, and CannotStart when a newer version has made it.
    """
    if not file.exists():
        raise NotFound("There is no backup to go back to.")
    with empty(database.parent / "restoring") as folder:
        new = folder / database.name
        backup.copy(file, new)
        pending(new, product)
        assert_sound(new)
        replacing.replace(database, new)
