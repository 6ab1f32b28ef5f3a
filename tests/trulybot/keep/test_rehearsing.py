from pathlib import Path

import pytest

from tests.trulybot.keep.conftest import changed, titles
from trulybot.keep.rehearsing import rehearsed
from trulybot.kit import sqlite
from trulybot.kit.errors import CannotStart, Unavailable
from trulybot.settings import Settings
from trulybot.workspace import MIGRATIONS


def forget_last_migration(database: Path) -> str:
    """As if this version had one more than the database; the name of it."""
    connection = sqlite.connect(database)
    sql = "SELECT name FROM migrations WHERE name LIKE 'trulybot/%' ORDER BY name DESC LIMIT 1"
    (name,) = connection.execute(sql).fetchone()
    connection.execute("DELETE FROM migrations WHERE name = ?", (name,))
    connection.close()
    return str(name)


def test_what_is_lacking_is_applied_to_a_copy_alone(kept: Settings, tmp_path: Path) -> None:
    product = tmp_path / "trulybot" / "migrations"
    product.mkdir(parents=True)
    for file in MIGRATIONS.glob("*.sql"):
        (product / file.name).write_text(file.read_text())
    (product / "9999_more.sql").write_text("CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;")
    before = kept.database.read_bytes()
    with rehearsed(kept.database, product) as (folder, applied):
        assert applied == ["trulybot/9999_more"]
        changed(folder / "trulybot.db", "INSERT INTO more VALUES (1)")
    assert kept.database.read_bytes() == before
    assert not folder.exists()


def test_a_copy_that_cannot_be_brought_up_to_date_is_refused_and_goes(kept: Settings) -> None:
    forget_last_migration(kept.database)  # its tables are there already
    library = sqlite.choose_library()
    with pytest.raises(library.OperationalError), rehearsed(kept.database, MIGRATIONS):
        pass
    assert titles(kept.database) == ["Acorn"]
    assert not (kept.data / "rehearsal").exists()


def test_a_database_of_a_newer_version_is_refused(kept: Settings) -> None:
    changed(kept.database, "INSERT INTO migrations VALUES ('trulybot/9999_later', 'x', 1)")
    with pytest.raises(CannotStart, match="newer TrulyBot"), rehearsed(kept.database, MIGRATIONS):
        pass


def test_a_row_that_refers_to_nothing_is_found(kept: Settings) -> None:
    changed(
        kept.database,
        "PRAGMA foreign_keys = OFF",
        "INSERT INTO pages (source_id, url) VALUES ('s_absent', 'https://acorn.example')",
    )
    with pytest.raises(Unavailable, match="refers to rows"), rehearsed(kept.database, MIGRATIONS):
        pass
