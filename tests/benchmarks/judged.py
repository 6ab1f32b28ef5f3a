"""The public sets with judgements that lie in `--data DIR`, and a workspace that has read one."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from trulybot.kit import jobs
from trulybot.knowledge import sources
from trulybot.settings import Settings
from trulybot.workspace import Workspace

UNTITLED = "Untitled"
POLL = 0.2  # seconds
MISSING = """{folder} has no {name}. Give the folder of the judged sets by --data DIR; each set is a folder with
  corpus.jsonl   {{"id", "title", "text"}}
  queries.jsonl  {{"id", "text"}}, for quoting also "answers", the accepted strings
  qrels.tsv      question, document, grade"""


@dataclass(frozen=True)
class Document:
    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Question:
    id: str
    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    documents: list[Document]
    questions: list[Question]
    grades: dict[str, dict[str, int]]  # of a question's documents


def judged(folder: Path, name: str) -> Judged:
    """Ends the program with what to do where the set is not there."""
    if not (folder / name / "corpus.jsonl").is_file():
        raise SystemExit(MISSING.format(folder=folder, name=name))
    documents = [Document(row["id"], row["title"], row["text"]) for row in _rows(folder / name / "corpus.jsonl")]
    questions = [
        Question(row["id"], row["text"], tuple(row.get("answers", ())))
        for row in _rows(folder / name / "queries.jsonl")
    ]
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / name / "qrels.tsv").read_text().splitlines():
        question, document, grade = line.split("\t")
        grades.setdefault(question, {})[document] = int(grade)
    return Judged(documents, questions, grades)


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
            while await workspace.db.read(jobs.unfinished):
                await asyncio.sleep(POLL)
            yield workspace
        finally:
            await workspace.close()


def _rows(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text().splitlines()]
