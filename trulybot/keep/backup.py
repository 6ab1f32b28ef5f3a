"""A copy of the database as it is at one moment."""

import os
from contextlib import suppress
from pathlib import Path

from trulybot.kit import durable, sqlite
from trulybot.kit.clock import DAY, now
from trulybot.kit.errors import Conflict, NotFound, Unavailable

KEPT_SECONDS = 7 * DAY


def back_up(database: Path, file: Path) -> None:
    """Write a compact copy to `file`, which must not exist; the workspace may go on serving."""
    _assert_there(database)
    _make_private(file)
    connection = sqlite.connect(database)
    try:
        connection.execute("VACUUM INTO ?", (str(file),))
    except sqlite.choose_library().OperationalError as error:
        file.unlink(missing_ok=True)
        raise _unwritable(file) from error
    finally:
        connection.close()


def copy(database: Path, file: Path) -> int:
    """The same, page by page, which is quicker: on disk when this returns, in place of what was there. Its size."""
    _assert_there(database)
    new = file.with_name(f".new-{file.name}")
    new.unlink(missing_ok=True)
    _make_private(new)
    try:
        _copy_pages(database, new)
        durable.put_in_place(new, file)
    except (sqlite.choose_library().OperationalError, OSError) as error:
        new.unlink(missing_ok=True)
        raise _unwritable(file) from error
    return file.stat().st_size


def forget_old(file: Path) -> None:
    """Nobody goes back to what was a week ago, and it takes as much room as the database."""
    with suppress(FileNotFoundError):
        if now() - file.stat().st_mtime > KEPT_SECONDS:
            file.unlink()


def _copy_pages(database: Path, file: Path) -> None:
    """All in one step, so that a write meanwhile does not make it begin anew."""
    source = sqlite.connect(database, read_only=True)
    target = sqlite.choose_library().connect(file)
    try:
        target.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        source.backup(target)
    finally:
        target.close()
        source.close()


def _assert_there(database: Path) -> None:
    if not database.exists():
        raise NotFound(f"There is no workspace in {database.parent}. Name its folder with --data.")


def _make_private(file: Path) -> None:
    """An empty file for its owner alone, which SQLite then fills: it will hold password hashes and conversations."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        raise Conflict(f"{file} exists already. Choose another name, or remove it first.") from error
    except OSError as error:
        raise _unwritable(file) from error


def _unwritable(file: Path) -> Unavailable:
    return Unavailable(f"The backup could not be written to {file}. Check that the folder is there and has room.")
