"""One durable write per request, 16 callers at once, beside a bare route that inserts inline."""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.load import Load, load, request
from tests.benchmarks.measuring import RUNS, Bar, Row, medians, report, take_turns
from tests.benchmarks.serving import Server, bare, bare_over_ours

CALLERS = 16
FAST_ENOUGH = Bar(0.5, at_least=True)
EVEN_ENOUGH = Bar(5)

ROW = request("POST", "/rows", b'{"text": "a row of some forty characters or so"}')


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="writes", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--requests", type=int, default=3000)
    options = parser.parse_args(argv)
    with TemporaryDirectory() as folder:
        report(f"Durable writes, {CALLERS} callers", measure(Path(folder), options.runs, options.requests))


def measure(folder: Path, runs: int, requests: int) -> list[Row]:
    """Each server is fresh for each run; they take turns."""
    inline, writer = take_turns(
        runs,
        lambda: _load(bare(folder), lambda n: ROW, requests),
        lambda: _load(bare_over_ours(folder), lambda n: ROW, requests),
    )
    baseline, ours = medians([[run.per_second for run in of] for of in (inline, writer)])
    return [
        Row("a bare route over our one writer", ours, baseline, "/s", FAST_ENOUGH),
        *_evenness("its", writer, EVEN_ENOUGH),
        *_evenness("the inline insert's", inline),
    ]


def _load(starting: AbstractContextManager[Server], make: Callable[[int], bytes], requests: int) -> Load:
    with starting as server:
        return load(server.port, [make(number) for number in range(requests)], CALLERS)


def _evenness(whose: str, runs: list[Load], bar: Bar | None = None) -> list[Row]:
    p50, p99 = medians([[run.at(0.5) for run in runs], [run.at(0.99) for run in runs]])
    return [Row(f"{whose} p99 (beside its p50)", p99, p50, "ms", bar)]
