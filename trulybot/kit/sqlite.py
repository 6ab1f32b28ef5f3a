"""The SQLite we ship: which library, which version, how a connection is opened.

`pysqlite3` brings a recent SQLite of its own. Where it has no wheel, the standard library's serves if it
is new enough and loads extensions (docs/decisions.md, "We ship SQLite").
"""

import importlib
import sqlite3 as standard
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from trulybot.kit.errors import CannotStart

# Every SQLite from 3.7.0 to 3.51.2 can corrupt a database when its write-ahead log is reset.
OLDEST_SAFE = (3, 51, 3)

PRAGMAS = """
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA mmap_size = 0;
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_size_limit = 67108864;
"""


def choose_library() -> ModuleType:
    """The DB-API module to use; raises CannotStart where no safe SQLite can be had."""
    found = importlib.import_module("pysqlite3.dbapi2") if find_spec("pysqlite3") else standard
    assert_safe(found.sqlite_version_info, hasattr(found.Connection, "enable_load_extension"))
    return found


def assert_safe(version: tuple[int, ...], loads_extensions: bool) -> None:
    """Refuse a SQLite that can lose data or cannot search."""
    dotted = ".".join(map(str, version))
    if tuple(version) < OLDEST_SAFE:
        raise CannotStart(
            f"SQLite {dotted} can corrupt databases in WAL mode (fixed in 3.51.3). "
            "Install pysqlite3 (pip install pysqlite3), use our container image, or a Python built with a newer SQLite."
        )
    if not loads_extensions:
        raise CannotStart(
            f"This Python's SQLite {dotted} cannot load extensions, which vector search needs. "
            "Install pysqlite3 (pip install pysqlite3) or use our container image."
        )


def connect(path: Path, *, read_only: bool = False) -> Any:
    """A configured DB-API connection in autocommit mode, with sqlite-vec loaded.

    Any thread may use it, one at a time. `read_only` refuses writes; the file must exist already.
    Raises CannotStart on what is no database.
    """
    library = choose_library()
    connection = library.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    try:
        connection.executescript(PRAGMAS)
    except library.DatabaseError as error:
        connection.close()
        raise CannotStart(
            f"{path} cannot be opened as a database. Check that this user may write there and that the disk has room; "
            "if the file is damaged, restore a backup."
        ) from error
    _load_vector_search(connection)
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


def _load_vector_search(connection: Any) -> None:
    # By path: importing the sqlite_vec package would import numpy.
    spec = find_spec("sqlite_vec")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("The package sqlite-vec is missing. Install it with: pip install sqlite-vec")
    connection.enable_load_extension(True)
    connection.load_extension(str(Path(spec.submodule_search_locations[0]) / "vec0"))
    connection.enable_load_extension(False)
