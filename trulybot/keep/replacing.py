"""Putting another database in the place of ours, in one step: cut off anywhere, the old one or the new one is there."""

import os
from pathlib import Path

from trulybot.kit import durable, sqlite
from trulybot.kit.errors import CannotStart, Conflict


def replace(database: Path, new: Path) -> None:
    """`new` is whole and on the same disk. Call it holding the folder's lock; Conflict while a command is at work.

    What is replaced is kept until the new one could be opened.
    """
    kept = database.with_name(f".replaced-{database.name}")
    kept.unlink(missing_ok=True)
    if database.exists():
        _put_log_away(database)
        os.link(database, kept)
    durable.put_in_place(new, database)
    sqlite.connect(database).close()
    kept.unlink(missing_ok=True)


def _put_log_away(database: Path) -> None:
    """A write-ahead log that is left lying would be taken for the new one's: first it goes into its own database."""
    log = database.with_name(f"{database.name}-wal")
    if _takes_its_log(database):
        if log.exists():  # the last one to close the database removes it
            raise Conflict("Another command is at work on this workspace. Wait until it has ended, and try again.")
        return
    for left in (log, database.with_name(f"{database.name}-shm")):
        left.unlink(missing_ok=True)


def _takes_its_log(database: Path) -> bool:
    """False where it is damaged."""
    library = sqlite.choose_library()
    try:
        connection = sqlite.connect(database)
    except CannotStart as error:
        if isinstance(error.__cause__, library.OperationalError):
            raise
        return False
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return True
    except library.OperationalError:
        raise
    except library.DatabaseError:
        return False
    finally:
        connection.close()
