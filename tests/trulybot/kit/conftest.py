"""A database with one small table, as any feature would have it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from trulybot.kit.database import Database
from trulybot.kit.migrate import migrate

COUNTERS = """
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO counters VALUES ('asked', 0);
"""


@pytest.fixture
def product(tmp_path: Path) -> Path:
    folder = tmp_path / "product" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_counters.sql").write_text(COUNTERS)
    return folder


@pytest.fixture
def file(tmp_path: Path, product: Path) -> Path:
    path = tmp_path / "kit.db"
    migrate(path, product)
    return path


@pytest.fixture
def db(file: Path) -> Iterator[Database]:
    database = Database(file)
    yield database
    database.close()
