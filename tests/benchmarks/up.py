"""`/up` without its database check, beside a JSON route of a bare Litestar: what our rim costs every request."""

import argparse
from contextlib import AbstractContextManager
from dataclasses import dataclass
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
    taken = take_turns(
        runs,
        lambda: _load(workspace(folder), "/up?database=false", requests),
        lambda: _load(workspace(folder), "/up", requests),
        lambda: _load(bare(folder), "/up", requests),
    )
    ours, checked, baseline = medians([[run.per_second for run in of] for of in taken])
    our_work, checked_work, their_work = medians([[run.work for run in of] for of in taken])
    return [
        Row("/up?database=false", ours, baseline, "/s", FAST_ENOUGH),
        Row("its processor time per request", our_work, their_work, "µs"),
        Row("/up with its database check", checked, baseline, "/s"),
        Row("its processor time per request", checked_work, their_work, "µs"),
    ]


@dataclass(frozen=True)
class Run:
    per_second: float
    work: float  # microseconds of the server's processor time per request


def _load(starting: AbstractContextManager[Server], path: str, requests: int) -> Run:
    with starting as server:
        before = server.cpu_seconds
        per_second = load(server.port, [request("GET", path)] * requests, CALLERS).per_second
        return Run(per_second, 1e6 * (server.cpu_seconds - before) / requests)
