"""Passages embedded a second for several workspaces at once through the gateway, against onnxruntime alone."""

import argparse
import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from tests.benchmarks.gateway_served import token
from tests.benchmarks.indexing import alone
from tests.benchmarks.measuring import RUNS, Bar, Row, medians, percentile, report, take_turns
from tests.benchmarks.serving import MEBIBYTE, ROOT
from tests.benchmarks.synthetic import passages
from trulybot.kit.gateway import Gateway
from trulybot.knowledge.chunking import embedded_text
from trulybot.llm.door import DoorEmbedder

FASTEST_ENOUGH = Bar(0.9, at_least=True)
LARGEST_EMBEDDER = Bar(350)
QUESTIONS = 20


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="gateway_embeddings", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--passages", type=int, default=60, help="of each workspace, in each run")
    parser.add_argument("--workspaces", type=int, default=8)
    options = parser.parse_args(argv)
    report(
        f"Embedding for {options.workspaces} workspaces at once",
        rows(options.passages, options.workspaces, options.runs),
    )


def rows(number: int, workspaces: int, runs: int) -> list[Row]:
    texts = [embedded_text(passage.title, passage.heading, passage.text) for passage in passages(number * workspaces)]
    shares = [texts[at::workspaces] for at in range(workspaces)]
    with TemporaryDirectory() as name, _served(Path(name), workspaces) as server:
        asyncio.run(_together(Path(name), [[texts[0]]]))  # the model is loaded now
        ours, bare = medians(take_turns(runs, lambda: asyncio.run(_together(Path(name), shares)), lambda: alone(texts)))
        waits = asyncio.run(_asked_meanwhile(Path(name), shares))
        child, here = _pss(*server.children()), _pss(server)
    return [
        Row("passages a second, through the gateway", ours, bare, unit="1/s", bar=FASTEST_ENOUGH),
        Row("a question meanwhile, p50", 1000 * percentile(waits, 0.5), unit="ms"),
        Row("a question meanwhile, the longest", 1000 * max(waits), unit="ms"),
        Row("the embedder (PSS)", child, unit="MiB", bar=LARGEST_EMBEDDER),
        Row("the gateway’s process (PSS)", here, unit="MiB"),
    ]


async def _together(folder: Path, shares: list[list[str]]) -> float:
    """Texts a second of all, when each workspace embeds its share."""
    ways_out = [_way_out(folder, number) for number in range(len(shares))]
    began = time.perf_counter()
    await asyncio.gather(*(DoorEmbedder(way).embed(share) for way, share in zip(ways_out, shares, strict=True)))
    seconds = time.perf_counter() - began
    for way in ways_out:
        await way.close()
    return sum(map(len, shares)) / seconds


async def _asked_meanwhile(folder: Path, shares: list[list[str]]) -> list[float]:
    """Seconds that a visitor's question waits for its vector while all workspaces but its own are read into."""
    embedding = asyncio.create_task(_together(folder, shares[1:]))
    way_out, waits = _way_out(folder, 0), []
    for question in shares[0][:QUESTIONS]:
        await asyncio.sleep(0.1)
        began = time.perf_counter()
        await DoorEmbedder(way_out).embed([question[:60]], urgent=True)
        waits.append(time.perf_counter() - began)
    await embedding
    await way_out.close()
    return waits


def _way_out(folder: Path, number: int) -> Gateway:
    (folder / f"token-{number}").write_text(token(number))
    return Gateway(folder / "g", folder / f"token-{number}")


@contextmanager
def _served(folder: Path, workspaces: int) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "tests.benchmarks.gateway_served", str(folder), str(workspaces)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        while not (folder / "g").exists():
            assert process.poll() is None
            time.sleep(0.05)
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _pss(*processes: psutil.Process) -> float:
    return float(sum(process.memory_full_info().pss for process in processes) / MEBIBYTE)
