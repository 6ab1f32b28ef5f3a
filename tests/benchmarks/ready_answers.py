"""Answers that are ready, curated or given again, at 10,000 passages: their time, and that no model is called."""

import argparse
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.benchmarks import synthetic
from tests.benchmarks.asking import Caller
from tests.benchmarks.chat_time import PASSAGES, fill
from tests.benchmarks.measuring import Bar, Row, medians, percentile, report
from tests.benchmarks.serving import Server, bare, workspace
from tests.provider import Provider, provider
from trulybot.kit import sqlite
from trulybot.settings import Settings

RUNS = 3
QUESTIONS = 200
WARM_UP = 20
PATIENCE = 600  # seconds, until what was added is embedded and search calibrated
CACHED = Bar(25)
CURATED = Bar(30)
NO_CALL = Bar(0)


class Taken(NamedTuple):
    """Milliseconds, and how many of them were the embedding model's."""

    whole: float
    embedding: float = 0.0


Run = Sequence[Taken]


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="ready_answers", description=__doc__)
    parser.add_argument("--passages", type=int, default=PASSAGES)
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args(argv)
    with TemporaryDirectory() as folder, provider() as model:
        report(f"Ready answers at {options.passages:,} passages", measure(Path(folder), model, options))


def measure(folder: Path, model: Provider, options: argparse.Namespace) -> list[Row]:
    passages = list(synthetic.passages(options.passages))
    questions = synthetic.questions(passages, 2 * (WARM_UP + QUESTIONS))
    own, others = questions[::2], questions[1::2]
    settings = Settings(data=folder / "ours")
    key = fill(settings.database, passages)
    with ExitStack() as stack:
        ours = stack.enter_context(workspace(settings.data, {"TRULYBOT_MODEL_URL": model.url}))
        theirs = stack.enter_context(bare(folder))
        _make_ready(ours, key, settings.database, own, others)
        called = len(model.asked)
        assert called == len(others)
        runs = [_run(Caller(ours, key), Caller(theirs, key), own, others) for _ in range(options.runs)]
        called = len(model.asked) - called
    return [*_table(runs), Row("calls of the model", called, bar=NO_CALL)]


def _make_ready(server: Server, key: str, database: Path, own: Sequence[str], others: Sequence[str]) -> None:
    """The owner answers their `own` questions, and the model each of the others once."""
    caller = Caller(server, key)
    # Everything is answered: what is refused is not kept.
    caller.call("PATCH", "/api/settings", {"threshold": 0})
    for question in own:
        caller.call("POST", "/api/answers", {"question": question, "answer": f"That is: {question}"})
    _wait_until_idle(database)
    caller = Caller(server, key)
    for question in others:
        _ask(caller, "generated", question)


def _wait_until_idle(database: Path) -> None:
    until = time.monotonic() + PATIENCE
    connection = sqlite.connect(database, read_only=True)
    try:
        while connection.execute("SELECT count(*) FROM jobs WHERE run_at <= unixepoch()").fetchone() != (0,):
            assert time.monotonic() < until
            time.sleep(0.5)
    finally:
        connection.close()


def _run(ours: Caller, theirs: Caller, own: Sequence[str], others: Sequence[str]) -> list[Run]:
    """All measures take turns at each question, so that a noisy second hurts them alike."""
    measures: list[Callable[[int], Taken]] = [
        lambda place: _ask(ours, "cached", others[place]),
        lambda place: _ask(ours, "cached", f"{others[place]} it"),
        lambda place: _ask(ours, "curated", own[place]),
        lambda place: _ask(ours, "curated", f"Please tell me: {own[place]}"),
        lambda _: _write(theirs),
    ]
    taken = [[measure(place) for measure in measures] for place in range(len(own))]
    return [list(of) for of in zip(*taken[WARM_UP:], strict=True)]


def _ask(caller: Caller, kind: str, question: str) -> Taken:
    """Raises AssertionError where the answer was not ready."""
    told = caller.ask(question)
    assert told.reply["kind"] == kind, (question, told.reply)
    return Taken(told.milliseconds, caller.steps_of(told).get("embedding", 0.0))


def _write(caller: Caller) -> Taken:
    began = time.perf_counter()
    caller.call("POST", "/rows", {"text": "a row"})
    return Taken(1000 * (time.perf_counter() - began))


def _table(runs: Sequence[Sequence[Run]]) -> list[Row]:
    cached, nearly, curated, meant, write = zip(*runs, strict=True)
    baseline = _at(write, 0.5)
    return [
        *_rows("cached, the same words", cached, baseline, CACHED),
        *_rows("cached, nearly the same", nearly, baseline, CACHED),
        _beyond_embedding(nearly),
        *_rows("curated, word for word", curated, baseline, CURATED),
        *_rows("curated, by meaning", meant, baseline, CURATED),
        _beyond_embedding(meant),
        Row("a bare route’s write, p95", _at(write, 0.95), unit="ms"),
    ]


def _rows(what: str, runs: Sequence[Run], baseline: float, bar: Bar) -> list[Row]:
    return [
        Row(f"{what}, p95", _at(runs, 0.95), unit="ms", bar=bar),
        Row(f"{what}, median, beside a bare write", _at(runs, 0.5), baseline, unit="ms"),
    ]


def _beyond_embedding(runs: Sequence[Run]) -> Row:
    return Row("– beyond the question’s embedding, p95", _at(runs, 0.95, beyond_embedding=True), unit="ms")


def _at(runs: Sequence[Run], share: float, *, beyond_embedding: bool = False) -> float:
    """The median over the runs of what `share` of the answers did not pass."""
    taken = [[one.whole - one.embedding * beyond_embedding for one in run] for run in runs]
    return medians([[percentile(run, share) for run in taken]])[0]
