"""Numbered SQL files, applied in order under one lock and recorded (docs/decisions.md, "Migrations")."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from trulybot.kit import sqlite
from trulybot.kit.clock import now
from trulybot.kit.errors import CannotStart
from trulybot.kit.folders import make_private

KIT = Path(__file__).parent / "migrations"

LEDGER = """
    CREATE TABLE IF NOT EXISTS migrations (
        name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL
    ) STRICT
"""


@dataclass(frozen=True)
class Migration:
    name: str
    sql: str

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrate(path: Path, product: Path) -> list[str]:
    """Bring the database at `path` to the newest version and name what was applied; each file is all or nothing.

    Raises CannotStart when the database was made by a newer version, or a file that was applied has since changed.
    """
    make_private(path.parent)
    known = [*_files(KIT, "kit"), *_files(product, product.parent.name)]
    connection = sqlite.connect(path)
    try:
        connection.execute(LEDGER)
        return [migration.name for migration in known if _apply(connection, migration, known)]
    finally:
        connection.close()


def pending(path: Path, product: Path) -> list[str]:
    """What `migrate` would apply to a database that is there; raises as it does, and on one that is not ours."""
    known = [*_files(KIT, "kit"), *_files(product, product.parent.name)]
    connection = sqlite.connect(path, read_only=True)
    try:
        applied = dict(connection.execute("SELECT name, sha256 FROM migrations").fetchall())
    except sqlite.choose_library().DatabaseError as error:
        raise CannotStart(f"{path} is no database of TrulyBot’s. Choose another file.") from error
    finally:
        connection.close()
    _refuse_foreign(applied, known)
    return [migration.name for migration in known if migration.name not in applied]


def statements(sql: str) -> Iterator[str]:
    """The single statements of a script; triggers keep their inner semicolons."""
    library = sqlite.choose_library()
    pending = ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if library.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip() and not all(line.lstrip().startswith("--") for line in pending.strip().splitlines()):
        raise ValueError(f"A migration ends in the middle of a statement: {pending[:80]!r}")


def _files(folder: Path, owner: str) -> list[Migration]:
    return [Migration(f"{owner}/{file.stem}", file.read_text()) for file in sorted(folder.glob("[0-9]*.sql"))]


def _apply(connection: Any, migration: Migration, known: list[Migration]) -> bool:
    # The lock is taken before looking, so of two processes that start together one waits and finds the work done.
    connection.execute("BEGIN IMMEDIATE")
    try:
        applied = dict(connection.execute("SELECT name, sha256 FROM migrations").fetchall())
        _refuse_foreign(applied, known)
        if migration.name not in applied:
            for statement in statements(migration.sql):
                connection.execute(statement)
            connection.execute("INSERT INTO migrations VALUES (?, ?, ?)", (migration.name, migration.sha256, now()))
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return migration.name not in applied


def _refuse_foreign(applied: dict[str, str], known: list[Migration]) -> None:
    newer = sorted(set(applied) - {migration.name for migration in known})
    if newer:
        raise CannotStart(
            f"This database was made by a newer TrulyBot (it has {newer[-1]}). "
            "Start that version again, or restore a backup made by this one."
        )
    for migration in known:
        if applied.get(migration.name, migration.sha256) != migration.sha256:
            raise CannotStart(
                f"The migration {migration.name} was changed after this database was made. "
                "Install a released version of TrulyBot, or restore a backup."
            )
