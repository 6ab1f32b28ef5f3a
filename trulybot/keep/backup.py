"""A copy of the database as it is at one moment."""

import os
from pathlib import Path

from trulybot.kit import sqlite
from trulybot.kit.errors import Conflict, NotFound, Unavailable


def back_up(database: Path, file: Path) -> None:
    """Write a compact copy to `file`, which must not exist; the workspace may go on serving."""
    if not database.exists():
        raise NotFound(f"There is no workspace in {database.parent}. Name its folder with --data.")
    _make_private(file)
    connection = sqlite.connect(database)
    try:
        connection.execute("VACUUM INTO ?", (str(file),))
    except sqlite.choose_library().OperationalError as error:
        file.unlink(missing_ok=True)
        raise _unwritable(file) from error
    finally:
        connection.close()


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
