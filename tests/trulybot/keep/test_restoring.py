import pytest

from tests.trulybot.keep.conftest import changed, titles
from trulybot.keep import backup
from trulybot.keep.restoring import restore
from trulybot.kit import sqlite
from trulybot.kit.errors import CannotStart, Conflict, NotFound, Unavailable
from trulybot.settings import Settings
from trulybot.workspace import MIGRATIONS


@pytest.fixture
def backed_up(kept: Settings) -> Settings:
    """Its source had another title when it was backed up."""
    kept.backup.parent.mkdir()
    backup.copy(kept.database, kept.backup)
    changed(kept.database, "UPDATE sources SET title = 'Later'")
    return kept


def test_the_backup_takes_the_database_s_place_as_often_as_one_likes(backed_up: Settings) -> None:
    for _ in range(2):
        restore(backed_up.database, backed_up.backup, MIGRATIONS)
        assert titles(backed_up.database) == ["Acorn"]
        changed(backed_up.database, "UPDATE sources SET title = 'Later'")


def test_a_damaged_database_is_replaced_with_its_log(backed_up: Settings) -> None:
    backed_up.database.write_bytes(b"This is no database any more." * 300)
    backed_up.database.with_name("trulybot.db-wal").write_bytes(b"nor is this a log")
    restore(backed_up.database, backed_up.backup, MIGRATIONS)
    assert titles(backed_up.database) == ["Acorn"]


def test_a_missing_database_is_put_there(backed_up: Settings) -> None:
    backed_up.database.unlink()
    restore(backed_up.database, backed_up.backup, MIGRATIONS)
    assert titles(backed_up.database) == ["Acorn"]


def test_nothing_is_replaced_while_a_command_has_the_database_open(backed_up: Settings) -> None:
    command = sqlite.connect(backed_up.database)
    command.execute("UPDATE sources SET title = 'Now'")
    with pytest.raises(Conflict, match="Another command"):
        restore(backed_up.database, backed_up.backup, MIGRATIONS)
    command.close()
    assert titles(backed_up.database) == ["Now"]


def test_a_damaged_backup_is_refused(backed_up: Settings) -> None:
    content = bytearray(backed_up.backup.read_bytes())
    content[40_000:80_000] = b"\xff" * 40_000
    backed_up.backup.write_bytes(content)
    with pytest.raises((Unavailable, CannotStart)):
        restore(backed_up.database, backed_up.backup, MIGRATIONS)
    assert titles(backed_up.database) == ["Later"]


def test_a_newer_version_s_backup_is_refused(backed_up: Settings) -> None:
    changed(backed_up.backup, "INSERT INTO migrations VALUES ('trulybot/9999_later', 'x', 1)")
    with pytest.raises(CannotStart, match="newer TrulyBot"):
        restore(backed_up.database, backed_up.backup, MIGRATIONS)
    assert titles(backed_up.database) == ["Later"]


def test_without_a_backup_there_is_nothing_to_go_back_to(kept: Settings) -> None:
    with pytest.raises(NotFound, match="no backup"):
        restore(kept.database, kept.backup, MIGRATIONS)
