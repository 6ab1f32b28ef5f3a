"""Whether a database can be relied on."""

from pathlib import Path

from trulybot.kit import sqlite
from trulybot.kit.errors import Unavailable


def assert_sound(database: Path) -> None:
    """Every page, index and reference of it is looked at; raises Unavailable, or CannotStart on what is none."""
    connection = sqlite.connect(database, read_only=True)
    try:
        if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise Unavailable("The database is damaged. Restore a backup.")
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            raise Unavailable("The database refers to rows that it has not. Restore a backup.")
    except sqlite.choose_library().DatabaseError as error:
        raise Unavailable("The database is damaged. Restore a backup.") from error
    finally:
        connection.close()
