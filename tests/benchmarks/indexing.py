"""Passages embedded a second against onnxruntime alone, and memory while a large table is read."""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from tests.benchmarks.measuring import RUNS, Bar, Row, medians, report, take_turns
from tests.benchmarks.serving import MEBIBYTE
from tests.benchmarks.synthetic import passages
from trulybot.knowledge import queries, sources
from trulybot.knowledge.chunking import embedded_text
from trulybot.knowledge.reader import knowledge_child
from trulybot.llm.local import LocalEmbedder
from trulybot.settings import Settings
from trulybot.workspace import Workspace

FASTEST_ENOUGH = Bar(0.8, at_least=True)
LARGEST = Bar(150)
LOOK = 0.25  # seconds between two looks at the memory
SENTENCES = 400
TOKENIZER = Path(__file__).parents[2] / "trulybot" / "llm" / "minilm" / "tokenizer.json"


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="indexing", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--passages", type=int, default=200, help="embedded in each run")
    parser.add_argument("--megabytes", type=int, default=200, help="of the table that is read; 0 leaves it out")
    options = parser.parse_args(argv)
    report("Embedding passages", embedding(options.passages, options.runs))
    if options.megabytes:
        with TemporaryDirectory() as folder:
            report(f"Reading a table of {options.megabytes} MB", asyncio.run(reading(Path(folder), options.megabytes)))


def embedding(number: int, runs: int) -> list[Row]:
    texts = [embedded_text(passage.title, passage.heading, passage.text) for passage in passages(number)]
    ours, alone = medians(take_turns(runs, lambda: asyncio.run(_ours(texts)), lambda: alone(texts)))
    return [Row("passages a second, through the child", ours, alone, unit="1/s", bar=FASTEST_ENOUGH)]


async def _ours(texts: list[str]) -> float:
    child = knowledge_child()
    embedder = LocalEmbedder(child)
    await embedder.embed(texts[:1])
    began = time.perf_counter()
    await embedder.embed(texts)
    seconds = time.perf_counter() - began
    await child.close()
    return len(texts) / seconds


def alone(texts: list[str]) -> float:
    """Texts a second of onnxruntime with nothing of ours around it."""
    command = (sys.executable, str(Path(__file__).with_name("onnxruntime_alone.py")), str(TOKENIZER))
    return float(subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True).stdout)


async def reading(folder: Path, megabytes: int) -> list[Row]:
    """A whole workspace reads the table, child and database and all, until its passages are findable by word."""
    table = folder / "table.csv"
    with table.open("w") as lines:
        lines.writelines(_lines(megabytes * MEBIBYTE))
    workspace = Workspace.open(Settings(data=folder / "data", max_passages=10_000_000))
    await workspace.start()
    try:
        return await _watched(workspace, table, megabytes)
    finally:
        await workspace.close()


async def _watched(workspace: Workspace, table: Path, megabytes: int) -> list[Row]:
    idle = _memory()
    with table.open("rb") as content:
        source = await sources.add_file(workspace.db, workspace.shelf, table.name, content)
    workspace.workers.nudge()
    began, peak = time.perf_counter(), 0.0
    while source.status in ("queued", "reading"):
        peak = max(peak, _memory())
        await asyncio.sleep(LOOK)
        found = await workspace.db.read(queries.source, source.id)
        assert found
        source = found
    seconds = time.perf_counter() - began
    assert source.status != "failed", source.error
    return [
        Row("peak memory above idle (PSS)", peak - idle, unit="MiB", bar=LARGEST),
        Row("read and saved", megabytes / seconds, unit="MB/s"),
        Row("passages read and saved", source.passages / seconds, unit="1/s"),
    ]


def _memory() -> float:
    """MiB of this process, in which the workspace runs, and of its child."""
    here = psutil.Process()
    return float(sum(one.memory_full_info().pss for one in (here, *here.children())) / MEBIBYTE)


def _lines(size: int) -> Iterator[str]:
    """Rows that are about a passage each."""
    chance = random.Random(1)
    sentences = [passage.text.replace(",", "") for passage in passages(SENTENCES)]
    yield "Number,Name,Price,Text\n"
    written = number = 0
    while written < size:
        number += 1
        words = chance.choice(sentences)[:500]
        line = f"{number},Article {number},{chance.random():.2f},{words} {chance.choice(sentences)[:40]}\n"
        written += len(line)
        yield line
