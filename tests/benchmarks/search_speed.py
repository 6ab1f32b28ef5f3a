"""How long does a search take at 10,000 and 100,000 passages, and how much of it is not the bare database's?"""

import argparse
import asyncio
import math
import random
from array import array
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from tests.benchmarks import synthetic
from tests.benchmarks.measuring import RUNS, Bar, Row, percentile, report
from tests.corpus import open_corpus
from trulybot.kit import sqlite
from trulybot.kit.database import Database
from trulybot.knowledge import vectors, vocabulary
from trulybot.knowledge.chunking import Passage
from trulybot.knowledge.reader import knowledge_child
from trulybot.knowledge.search import PROPOSED_BY_VECTORS, PROPOSED_BY_WORDS, match_expression, search
from trulybot.knowledge.understanding import understand
from trulybot.llm.local import DIMENSION, MODEL, LocalEmbedder

SIZES = (10_000, 100_000)
MOST = 8  # passages given
PER_PAGE = 10
WARMING = 20  # questions
AT_ONCE = 2_000  # vectors in one write

# Milliseconds: p95 without the embedding, p95 with it, p50 without it.
BARS = {10_000: (Bar(20), Bar(35), None), 100_000: (None, None, Bar(60))}
OVERHEAD = Bar(1.5)

Milliseconds = list[float]


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="search_speed", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args(argv)
    for size in options.sizes:
        with TemporaryDirectory() as folder:
            asyncio.run(_measure(Path(folder) / "trulybot.db", size, options.questions, options.runs))


async def _measure(path: Path, size: int, number: int, runs: int) -> None:
    corpus = list(synthetic.passages(size))
    documents = [(f"/{start}", corpus[start : start + PER_PAGE]) for start in range(0, size, PER_PAGE)]
    database = await open_corpus(path, documents)
    await _save_vectors(database, size)
    await database.write(vocabulary.refresh, await database.read(vocabulary.stale))
    child = knowledge_child()
    try:
        rows = await _rows(database, LocalEmbedder(child), corpus, number, runs)
    finally:
        await child.close()
        database.close()
    report(f"Search in {size:,} passages, {number} questions, medians of {runs} runs", rows)


async def _save_vectors(database: Database, size: int) -> None:
    """Random ones: a scan takes as long whatever they mean."""
    chance = random.Random(3)
    index = await database.write(vectors.index_for, MODEL, DIMENSION)
    for start in range(1, size + 1, AT_ONCE):
        batch = [(number, _random_vector(chance)) for number in range(start, min(start + AT_ONCE, size + 1))]
        await database.write(vectors.add, index, batch)


def _random_vector(chance: random.Random) -> bytes:
    numbers = [chance.random() - 0.5 for _ in range(DIMENSION)]
    length = math.sqrt(sum(number * number for number in numbers))
    return array("f", [number / length for number in numbers]).tobytes()


async def _rows(
    database: Database, embedder: LocalEmbedder, corpus: list[Passage], number: int, runs: int
) -> list[Row]:
    questions = synthetic.questions(corpus, number + WARMING)
    embedded = dict(zip(questions, await embedder.embed(questions), strict=True))
    bare = await _bare_parts(database, questions, embedded)

    async def ours(question: str) -> None:
        understood = await database.read(understand, question)
        await database.read(search, understood, embedded[question], MOST)

    async def ours_with_embedding(question: str) -> None:
        understood = await database.read(understand, question)
        (vector,) = await embedder.embed([understood.text], urgent=True)
        await database.read(search, understood, vector, MOST)

    async def bare_parts(question: str) -> None:
        bare(question)

    async def bare_parts_with_embedding(question: str) -> None:
        bare(question)
        await embedder.embed([question], urgent=True)

    measures = (ours, ours_with_embedding, bare_parts, bare_parts_with_embedding)
    await _times(measures, questions[-WARMING:])
    return _table(len(corpus), [await _times(measures, questions[:number]) for _ in range(runs)])


async def _times(measures: Sequence[Callable[[str], Awaitable[None]]], questions: Sequence[str]) -> list[Milliseconds]:
    """The times of each measure. They take turns at each question, so that a noisy second hurts them all alike."""
    times: list[Milliseconds] = [[] for _ in measures]
    for turn, question in enumerate(questions):
        for place in range(len(measures)):
            measure = (turn + place) % len(measures)
            start = perf_counter()
            await measures[measure](question)
            times[measure].append(1000 * (perf_counter() - start))
    return times


def _table(size: int, timed: list[list[Milliseconds]]) -> list[Row]:
    def at(share: float, place: int) -> float:
        return median(percentile(run[place], share) for run in timed)

    p95_without, p95_with, p50_without = BARS.get(size, (None, None, None))
    return [
        Row("p50 without the question's embedding", at(0.5, 0), unit="ms", bar=p50_without),
        Row("p95 without the question's embedding", at(0.95, 0), unit="ms", bar=p95_without),
        Row("p50 with it", at(0.5, 1), unit="ms"),
        Row("p95 with it", at(0.95, 1), unit="ms", bar=p95_with),
        Row("p50 beside FTS5, scan and rescore alone", at(0.5, 0), at(0.5, 2), "ms"),
        Row("p50 beside these and one embedding", at(0.5, 1), at(0.5, 3), "ms", OVERHEAD),
    ]


async def _bare_parts(
    database: Database, questions: Sequence[str], embedded: dict[str, bytes]
) -> Callable[[str], None]:
    """The same full-text query, scan of signs and exact comparison, on the driver's own connection."""
    expressions = {question: match_expression(await database.read(understand, question)) for question in questions}
    connection: Any = sqlite.connect(database.path, read_only=True)

    def run(question: str) -> None:
        vector = embedded[question]
        connection.execute(
            "SELECT rowid, rank FROM passages_index WHERE passages_index MATCH ? ORDER BY rank LIMIT ?",
            (expressions[question], PROPOSED_BY_WORDS),
        ).fetchall()
        connection.execute(
            """
            SELECT vectors.passage_id, 1 - vec_distance_cosine(vector, :vector) FROM (
                SELECT passage_id FROM vector_signs, (SELECT vec_quantize_binary(:vector) AS asked)
                ORDER BY vec_distance_hamming(vec_bit(signs), vec_bit(asked)) LIMIT :most
            ) near JOIN vectors ON vectors.passage_id = near.passage_id
            """,
            {"vector": vector, "most": PROPOSED_BY_VECTORS},
        ).fetchall()

    return run
