"""Our own time for an answer from /api/chat beyond its search, with 10,000 passages."""

import argparse
import asyncio
import random
from array import array
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import synthetic
from tests.benchmarks.asking import Caller
from tests.benchmarks.measuring import Bar, Row, percentile, report
from tests.benchmarks.serving import workspace
from tests.corpus import open_corpus
from trulybot.account import api_keys
from trulybot.knowledge.chunking import Passage
from trulybot.llm.local import DIMENSION, MODEL
from trulybot.settings import Settings

PASSAGES = 10_000
QUESTIONS = 200
WARM_UP = 20
BEYOND_SEARCH = Bar(20)


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="chat_time", description=__doc__)
    parser.add_argument("--passages", type=int, default=PASSAGES)
    options = parser.parse_args(argv)
    with TemporaryDirectory() as folder:
        report(f"/api/chat on {options.passages:,} passages", measure(Path(folder), options.passages))


def measure(data: Path, number: int) -> list[Row]:
    passages = list(synthetic.passages(number))
    key = fill(Settings(data=data).database, passages)
    with workspace(data) as server:
        caller = Caller(server, key)
        # Everything is answered: a refusal would save the quoting.
        caller.call("PATCH", "/api/settings", {"threshold": 0})
        whole, beyond = [], []
        for question in synthetic.questions(passages, WARM_UP + QUESTIONS):
            told = caller.ask(question)
            whole.append(told.milliseconds)
            steps = caller.steps_of(told)
            beyond.append(told.milliseconds - steps["understanding"] - steps["embedding"] - steps["search"])
    return [
        Row("beyond the search, median", percentile(beyond[WARM_UP:], 0.5), unit="ms"),
        Row("beyond the search, p95", percentile(beyond[WARM_UP:], 0.95), unit="ms", bar=BEYOND_SEARCH),
        Row("whole answer, median", percentile(whole[WARM_UP:], 0.5), unit="ms"),
        Row("whole answer, p95", percentile(whole[WARM_UP:], 0.95), unit="ms"),
    ]


def fill(path: Path, passages: Sequence[Passage]) -> str:
    """A workspace's database with these passages; gives an API key to it."""
    return asyncio.run(_filled(path, passages))


async def _filled(path: Path, passages: Sequence[Passage]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    database = await open_corpus(path, [("", passages)], _Random())
    try:
        return await database.write(api_keys.create, "benchmark")
    finally:
        database.close()


class _Random:
    """Vectors that cost nothing; how well they point does not matter to the time."""

    model = MODEL
    dimension = DIMENSION

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> list[bytes]:
        chance = random.Random(3)
        return [array("f", (chance.gauss(0, DIMENSION**-0.5) for _ in range(DIMENSION))).tobytes() for _ in texts]
