import subprocess
import sys
from pathlib import Path

import pytest

from trulybot.kit import sqlite
from trulybot.kit.errors import CannotStart
from trulybot.kit.migrate import KIT, migrate, statements
from trulybot.workspace import MIGRATIONS

OURS = [f"kit/{file.stem}" for file in sorted(KIT.glob("*.sql"))]

TRIGGER = """
-- Counted; the body's semicolons do not end it.
CREATE TABLE things (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE counted (things INTEGER NOT NULL) STRICT;
INSERT INTO counted VALUES (0);
CREATE TRIGGER thing_added AFTER INSERT ON things BEGIN
    UPDATE counted SET things = things + 1;
    UPDATE counted SET things = things; -- again; and again
END;
INSERT INTO things VALUES (1);
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new" / "kit.db"


def tables(file: Path) -> set[str]:
    connection = sqlite.connect(file)
    found = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    connection.close()
    return found


def test_files_are_applied_once_in_the_order_of_their_numbers(file: Path, product: Path) -> None:
    (product / "0010_last.sql").write_text("ALTER TABLE counters ADD COLUMN late INTEGER;")
    (product / "0002_middle.sql").write_text("UPDATE counters SET value = 7;")
    assert migrate(file, product) == [
        *OURS, "product/0001_counters", "product/0002_middle", "product/0010_last",
    ]  # fmt: skip
    assert migrate(file, product) == []


def test_a_new_file_is_applied_to_an_old_database(file: Path, product: Path) -> None:
    migrate(file, product)
    (product / "0002_more.sql").write_text("CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;")
    assert migrate(file, product) == ["product/0002_more"]
    assert "more" in tables(file)


def test_a_file_that_fails_changes_nothing_and_can_be_tried_again(file: Path, product: Path) -> None:
    broken = product / "0002_broken.sql"
    broken.write_text("CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;\nINSERT INTO absent VALUES (1);")
    with pytest.raises(sqlite.choose_library().OperationalError, match="absent"):
        migrate(file, product)
    assert "counters" in tables(file)
    assert "more" not in tables(file)
    broken.write_text("CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;")
    assert migrate(file, product) == ["product/0002_broken"]


def test_a_database_of_a_newer_version_is_refused_with_what_to_do(file: Path, product: Path) -> None:
    newer = product / "0002_newer.sql"
    newer.write_text("CREATE TABLE newer (id INTEGER PRIMARY KEY) STRICT;")
    migrate(file, product)
    newer.unlink()
    with pytest.raises(CannotStart, match=r"newer TrulyBot \(it has product/0002_newer\).*or restore a backup"):
        migrate(file, product)


def test_a_file_that_was_changed_after_it_was_applied_is_refused(file: Path, product: Path) -> None:
    migrate(file, product)
    first = product / "0001_counters.sql"
    first.write_text(first.read_text() + "-- and one more word")
    with pytest.raises(CannotStart, match="product/0001_counters was changed"):
        migrate(file, product)


def test_two_processes_at_once_apply_each_file_once(file: Path, product: Path) -> None:
    (product / "0002_count.sql").write_text("UPDATE counters SET value = value + 1;")
    program = "import sys; from pathlib import Path; from trulybot.kit.migrate import migrate;" + (
        "print(len(migrate(Path(sys.argv[1]), Path(sys.argv[2]))))"
    )
    command = [sys.executable, "-c", program, str(file), str(product)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    applied = [int(process.communicate()[0]) for process in processes]
    assert sum(applied) == len(OURS) + 2
    connection = sqlite.connect(file)
    assert connection.execute("SELECT value FROM counters").fetchone()[0] == 1
    connection.close()


def test_a_trigger_keeps_its_inner_semicolons(file: Path, product: Path) -> None:
    (product / "0002_trigger.sql").write_text(TRIGGER)
    migrate(file, product)
    connection = sqlite.connect(file)
    assert connection.execute("SELECT things FROM counted").fetchone()[0] == 1
    connection.close()


def test_a_file_that_ends_in_the_middle_of_a_statement_is_an_error() -> None:
    assert len(list(statements("SELECT 1;\n-- the end\n"))) == 1
    with pytest.raises(ValueError, match="middle of a statement"):
        list(statements("SELECT 1;\nCREATE TABLE half (id"))


def test_every_table_of_the_product_is_strict(file: Path) -> None:
    migrate(file, MIGRATIONS)
    connection = sqlite.connect(file)
    found = connection.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    loose = [name for name, strict in found if not strict and not name.startswith("sqlite_")]
    connection.close()
    assert loose == []
