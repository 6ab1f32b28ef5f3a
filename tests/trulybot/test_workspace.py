"""What holds for a workspace as a whole, beside other processes."""

from pathlib import Path

from sqlalchemy import Connection, text

from tests.cast import Browser
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


async def test_what_goes_wrong_is_said_in_the_language_of_whoever_reads_it(charlie: Browser) -> None:
    """A program that asks for no language is told in English."""
    page = await charlie.get("/nowhere", headers={"accept": "text/html", "accept-language": "hi, en;q=0.5"})
    assert page.status_code == 404 and "इस पते पर कुछ नहीं है।" in page.text and "नहीं मिला" in page.text
    program = await charlie.get("/nowhere", headers={"accept": "application/json"})
    assert program.json()["title"] == "Not found" and program.json()["detail"] == "There is nothing at this address."
    chat = await charlie.get("/chat", headers={"accept-language": "hi"})
    assert '<html lang="hi">' in chat.text and "सवाल पूछें" in chat.text
