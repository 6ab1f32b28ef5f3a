"""`trulybot eval --with`: the owner's questions answered under several settings, side by side. Nothing is kept."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import click
import msgspec

from trulybot.chat.answering import Asked, Room, answer
from trulybot.chat.models import Answer
from trulybot.commands.evaluating import PASSAGES, Expectation, is_of, read
from trulybot.kit.errors import Invalid
from trulybot.knowledge import queries
from trulybot.preferences.models import Preferences
from trulybot.settings import Settings
from trulybot.workspace import Workspace

MICRO = 1_000_000


class Told(NamedTuple):
    """`cites_source` says whether it cites the expected one; curated answers count, they are the owner's own."""

    answer: Answer
    cites_source: bool
    milliseconds: float

    @property
    def is_answered(self) -> bool:
        return self.answer.kind not in ("refused", "handover", "greeting")


async def compare(settings: Settings, file: Path, choices: Sequence[Path]) -> None:
    """Each of `choices` is a JSON object as PATCH /api/settings takes it, and may name another `model`."""
    expectations = read(file)
    changes = [_changes(path) for path in choices]
    for path, change in zip(choices, changes, strict=True):
        model = change.pop("model", settings.model)
        workspace = Workspace.open(msgspec.structs.replace(settings, model=model))
        try:
            room = _room(await workspace.room(), path, change)
            told = [await _tell(room, expectation) for expectation in expectations]
        finally:
            await workspace.close()
        click.echo(f"\n{path.name}")
        for line in _figures(told):
            click.echo(f"  {line}")


def _changes(path: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError) as error:
        raise Invalid(f"{path} is not a JSON object of settings.") from error


def _room(room: Room, path: Path, changes: dict[str, Any]) -> Room:
    """As the workspace answers, but for the changes; nothing comes from the cache, which would hide time and cost."""
    try:
        chosen = msgspec.convert({**msgspec.to_builtins(room.preferences), **changes}, Preferences)
    except msgspec.ValidationError as error:
        raise Invalid(f"{path} holds a setting that is not as it must be. GET /api/settings shows them all.") from error
    return replace(room, preferences=chosen, has_cache=False)


async def _tell(room: Room, expectation: Expectation) -> Told:
    began = time.perf_counter()
    given = await answer(Asked(expectation.question), room)
    milliseconds = 1000 * (time.perf_counter() - began)
    titles = await room.library.db.read(queries.titles)
    found = (await room.library.find(expectation.question, PASSAGES)).passages
    expected = {one.title for one in found if is_of(one, titles[one.source_id], expectation.source)}
    cites = given.kind == "curated" or any(cited.title in expected for cited in given.citations)
    return Told(given, cites, milliseconds)


def _figures(told: Sequence[Told]) -> list[str]:
    records = [one.answer.record.get("model", {}) for one in told]
    grounding = [record["grounding"] for record in records if "grounding" in record]
    sentences = sum(each["sentences"] for each in grounding)
    unsupported = sum(len(each["unsupported"]) for each in grounding)
    cost = sum(record.get("cost", 0) for record in records)
    tokens = sum(record.get("prompt_tokens", 0) + record.get("completion_tokens", 0) for record in records)
    return [
        _share("answered", sum(one.is_answered for one in told), len(told)),
        _share("refused", sum(one.answer.kind == "refused" for one in told), len(told)),
        _share("cites the expected source", sum(one.cites_source for one in told), len(told)),
        _share("model's sentences with support", sentences - unsupported, sentences),
        f"{'tokens':<32}{tokens:,}",
        f"{'cost':<32}{cost / MICRO:.4f} dollars",
        f"{'median time':<32}{median(one.milliseconds for one in told):.0f} ms",
    ]


def _share(what: str, number: int, of: int) -> str:
    return f"{what:<32}{number}/{of}" + (f" = {number / of:.1%}" if of else "")
