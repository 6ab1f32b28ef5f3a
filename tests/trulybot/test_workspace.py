"""What holds for a workspace as a whole, beside other processes."""

from pathlib import Path

from sqlalchemy import Connection, text

from trulybot.kit import sqlite
from trulybot.settings import Settings
from trulybot.workspace import Workspace


def interrupt(connection: Connection) -> int:
    """Prepares the triggers that keep a full-text table."""
    return connection.execute(text("UPDATE turns SET state = 'interrupted' WHERE state = 'running'")).rowcount


async def test_its_tables_are_there_after_another_process_has_analysed_them(tmp_path: Path) -> None:
    """As `trulybot ingest` does in the end; SQLite would say “no such table: turns”, once."""
    workspace = Workspace.open(Settings(data=tmp_path / "data"))
    other = sqlite.connect(workspace.settings.database)
    try:
        other.execute("INSERT INTO sources (id, kind, title, created_at) VALUES ('s_1', 'url', 'Help', 1)")
        other.execute("ANALYZE")
        assert await workspace.db.write(interrupt) == 0
    finally:
        other.close()
        await workspace.close()
