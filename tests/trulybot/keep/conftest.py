import shutil
from pathlib import Path

import pytest

from trulybot.kit import sqlite
from trulybot.settings import Settings


@pytest.fixture
def kept(settings: Settings, migrated: Path) -> Settings:
    """A workspace with an uploaded document, that nobody serves."""
    settings.uploads.mkdir(parents=True)
    shutil.copy(migrated, settings.database)
    (settings.uploads / "s_acorn.md").write_text("Acorns are nuts.")
    changed(
        settings.database,
        "INSERT INTO sources (id, kind, title, file, created_at) VALUES ('s_acorn', 'file', 'Acorn', 's_acorn.md', 1)",
    )
    return settings


def changed(database: Path, *statements: str) -> None:
    connection = sqlite.connect(database)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def titles(database: Path) -> list[str]:
    connection = sqlite.connect(database)
    found = [title for (title,) in connection.execute("SELECT title FROM sources ORDER BY title")]
    connection.close()
    return found
