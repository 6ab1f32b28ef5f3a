"""`/up` without its database check, beside a JSON route of a bare Litestar: what our rim costs every request."""

import argparse
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.load import load, request
from tests.benchmarks.measuring import RUNS, Bar, Row, medians, report, take_turns
from tests.benchmarks.serving import Server, bare, workspace

CALLERS = 16
FAST_ENOUGH = Bar(0.7, at_least=True)


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="up", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--requests", type=int, default=8000)
    options = parser.parse_args(argv)
    with TemporaryDirectory() as folder:
        report(f"/up, {CALLERS} callers", measure(Path(folder), options.runs, options.requests))


def measure(folder: Path, runs: int, requests: int) -> list[Row]:
    ours, checked, baseline = medians(
        take_turns(
            runs,
            lambda: _per_second(workspace(folder), "/up?database=false", requests),
            lambda: _per_second(workspace(folder), "/up", requests),
            lambda: _per_second(bare(folder), "/up", requests),
        )
    )
    return [
        Row("/up?database=false", ours, baseline, "/s", FAST_ENOUGH),
        Row("/up with its database check", checked, baseline, "/s"),
    ]


def _per_second(starting: AbstractContextManager[Server], path: str, requests: int) -> float:
    with starting as server:
        return load(server.port, [request("GET", path)] * requests, CALLERS).per_second
