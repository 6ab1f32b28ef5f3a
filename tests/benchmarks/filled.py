"""A workspace that has read the documents of a public set of questions, as an owner would have pasted them."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, text

from trulybot.knowledge import sources
from trulybot.settings import Settings
from trulybot.workspace import Workspace

UNTITLED = "Untitled"
POLL = 0.2  # seconds
MISSING = "There is no {folder}/corpus.jsonl. Give --data DIR, the folder that holds the set."


@dataclass(frozen=True)
class Document:
    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Question:
    text: str
    answers: tuple[str, ...]


def documents_and_questions(folder: Path) -> tuple[list[Document], list[Question]]:
    """Ends the program with what to do where the set is not there."""
    if not (folder / "corpus.jsonl").is_file():
        sys.exit(MISSING.format(folder=folder))
    documents = [Document(row["id"], row["title"], row["text"]) for row in _rows(folder / "corpus.jsonl")]
    questions = [Question(row["text"], tuple(row["answers"])) for row in _rows(folder / "queries.jsonl")]
    return documents, questions


@asynccontextmanager
async def filled(documents: list[Document]) -> AsyncIterator[Workspace]:
    """A new workspace that has read, cut and embedded the documents; each one's url ends in its id."""
    with TemporaryDirectory() as folder:
        workspace = Workspace.open(Settings(data=Path(folder)))
        await workspace.start()
        try:
            for document in documents:
                title, url = document.title or UNTITLED, f"https://example.com/{document.id}"
                await sources.add_text(workspace.db, workspace.shelf, title, document.text, url)
            workspace.workers.nudge()
            while await workspace.db.read(_work_left):
                await asyncio.sleep(POLL)
            yield workspace
        finally:
            await workspace.close()


def _work_left(connection: Connection) -> int:
    left: int = connection.execute(
        text("SELECT count(*) FROM jobs WHERE state != 'failed' AND run_at <= unixepoch()")
    ).scalar_one()
    return left


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]
