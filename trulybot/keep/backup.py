"""A copy of the database as it is at one moment."""

from pathlib import Path

from trulybot.kit import sqlite
from trulybot.kit.errors import Conflict, NotFound, Unavailable


def back_up(database: Path, file: Path) -> None:
    """Write a compact copy to `file`, which must not exist; the workspace may go on serving."""
    if not database.exists():
        raise NotFound(f"There is no workspace in {database.parent}. Name its folder with --data.")
    if file.exists():
        raise Conflict(f"{file} exists already. Choose another name, or remove it first.")
    connection = sqlite.connect(database)
    try:
        connection.execute("VACUUM INTO ?", (str(file),))
    except sqlite.choose_library().OperationalError as error:
        file.unlink(missing_ok=True)
        raise Unavailable(
            f"The backup could not be written to {file}. Check that the folder is there and has room."
        ) from error
    finally:
        connection.close()
