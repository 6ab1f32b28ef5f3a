"""`trulybot eval`: how often search finds the source that the owner expects, and how often we would answer."""

import csv
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from trulybot.kit.errors import Invalid
from trulybot.knowledge import queries
from trulybot.knowledge.confidence import ANSWERABLE
from trulybot.knowledge.search import Found
from trulybot.settings import Settings
from trulybot.workspace import Workspace

PASSAGES = 10
FORMAT = (
    "Each line needs a question and the source it should be answered from: CSV columns, or JSON keys, of that name."
)


class Expectation(msgspec.Struct):
    """`source` is the title, the address or the id of a document, or a part of one of the first two."""

    question: str
    source: str


async def evaluate(settings: Settings, file: Path) -> None:
    expectations = read(file)
    workspace = Workspace.open(settings)
    try:
        titles = await workspace.db.read(queries.titles)
        judged = [await _judge(workspace, expectation, titles) for expectation in expectations]
    finally:
        await workspace.close()
    asked = len(judged)
    for most in (1, 3, PASSAGES):
        hits = sum(place is not None and place < most for place, _ in judged)
        click.echo(f"expected source among the best {most:>2} passages: {hits}/{asked} = {hits / asked:.1%}")
    answered = sum(is_answerable for _, is_answerable in judged)
    click.echo(f"would be answered: {answered}/{asked} = {answered / asked:.1%}")


def read(file: Path) -> list[Expectation]:
    """Raises Invalid, with the line, on anything else than questions and sources."""
    found = []
    try:
        for found_so_far in _rows(file):
            found.append(found_so_far)
    except (UnicodeDecodeError, msgspec.MsgspecError, csv.Error) as error:
        raise Invalid(f"Question {len(found) + 1} of {file} cannot be read. {FORMAT}") from error
    if not found:
        raise Invalid(f"{file} holds no question. {FORMAT}")
    return found


def _rows(file: Path) -> Iterator[Expectation]:
    with file.open(newline="", encoding="utf-8-sig") as lines:
        if file.suffix.lower() in (".jsonl", ".json", ".ndjson"):
            for line in lines:
                if line.strip():
                    yield msgspec.json.decode(line, type=Expectation)
        else:
            for row in csv.DictReader(lines):
                yield msgspec.convert({name.strip().lower(): value for name, value in row.items() if name}, Expectation)


async def _judge(workspace: Workspace, expectation: Expectation, titles: dict[str, str]) -> tuple[int | None, bool]:
    """The place (from 0) of the first passage of the expected source, and whether the question would be answered."""
    findings = await workspace.library.find(expectation.question, PASSAGES)
    places = (
        place
        for place, found in enumerate(findings.passages)
        if is_of(found, titles[found.source_id], expectation.source)
    )
    return next(places, None), findings.confidence >= ANSWERABLE


def is_of(found: Found, title: str, source: str) -> bool:
    wanted = source.strip().casefold()
    return found.source_id == source or any(wanted in name.casefold() for name in (title, found.title, found.url or ""))
