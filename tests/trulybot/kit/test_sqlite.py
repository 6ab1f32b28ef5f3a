import struct
from pathlib import Path
from typing import Any

import pytest

from trulybot.kit import sqlite
from trulybot.kit.errors import CannotStart


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "any.db"


def pragma(connection: Any, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


@pytest.mark.parametrize("version", [(3, 7, 0), (3, 46, 1), (3, 51, 2)])
def test_a_sqlite_that_corrupts_is_refused_with_what_to_do(version: tuple[int, ...]) -> None:
    sqlite.assert_safe(sqlite.OLDEST_SAFE, True)
    with pytest.raises(CannotStart, match="can corrupt databases.*Install pysqlite3"):
        sqlite.assert_safe(version, True)


def test_a_sqlite_without_extensions_is_refused_with_what_to_do() -> None:
    with pytest.raises(CannotStart, match="cannot load extensions.*Install pysqlite3"):
        sqlite.assert_safe(sqlite.OLDEST_SAFE, False)


def test_the_sqlite_of_this_installation_is_safe() -> None:
    assert sqlite.choose_library().sqlite_version_info >= sqlite.OLDEST_SAFE


def test_a_connection_has_the_pragmas_of_the_design(file: Path) -> None:
    connection = sqlite.connect(file)
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "trusted_schema": 0,
        "mmap_size": 0,
    }
    assert {name: pragma(connection, name) for name in wanted} == wanted
    connection.close()


def test_a_connection_commits_only_when_told(file: Path) -> None:
    connection = sqlite.connect(file)
    connection.execute("CREATE TABLE t (x INTEGER) STRICT")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO t VALUES (1)")
    connection.execute("ROLLBACK")
    assert connection.execute("SELECT count(*) FROM t").fetchone()[0] == 0
    connection.close()


def test_vector_search_is_loaded_and_loading_is_off_again(file: Path) -> None:
    connection = sqlite.connect(file)
    east, north = struct.pack("2f", 1, 0), struct.pack("2f", 0, 1)
    assert connection.execute("SELECT vec_distance_cosine(?, ?)", (east, north)).fetchone()[0] == pytest.approx(1)
    with pytest.raises(sqlite.choose_library().OperationalError, match="not authorized"):
        connection.execute("SELECT load_extension('vec0')")
    connection.close()


def test_full_text_search_is_there(file: Path) -> None:
    connection = sqlite.connect(file)
    connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'porter unicode61')")
    connection.execute("INSERT INTO words VALUES ('parcels are returned')")
    assert connection.execute("SELECT count(*) FROM words ('return')").fetchone()[0] == 1
    connection.close()


def test_a_read_only_connection_reads_and_refuses_writes(file: Path) -> None:
    writer = sqlite.connect(file)
    writer.execute("CREATE TABLE t (x INTEGER) STRICT")
    reader = sqlite.connect(file, read_only=True)
    assert reader.execute("SELECT count(*) FROM t").fetchone()[0] == 0
    with pytest.raises(sqlite.choose_library().OperationalError, match="readonly"):
        reader.execute("INSERT INTO t VALUES (1)")
    reader.close()
    writer.close()
