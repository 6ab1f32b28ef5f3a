"""From `serve` to the first 200, and the memory of an idle workspace."""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measuring import RUNS, Bar, Row, medians, report, take_turns
from tests.benchmarks.serving import bare, workspace

SLOWEST = Bar(2.5)
LARGEST = Bar(85)
SETTLING = 2  # seconds until a started server counts as idle


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="start", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args(argv)
    with TemporaryDirectory() as folder:
        report("Start of a workspace", measure(Path(folder), options.runs))


def measure(folder: Path, runs: int) -> list[Row]:
    new = _start_ours(folder)
    _start_bare(folder)
    ours, theirs = medians(take_turns(runs, lambda: _start_ours(folder), lambda: _start_bare(folder)))
    our_memory, their_memory = _idle(folder)
    return [
        Row("serve to first 200", ours, theirs, "s", SLOWEST),
        Row("the same with a new database", new, unit="s"),
        Row("idle memory (PSS)", our_memory, unit="MiB", bar=LARGEST),
        Row("the same of a bare Litestar", their_memory, unit="MiB"),
    ]


def _start_ours(folder: Path) -> float:
    with workspace(folder) as server:
        return server.seconds_to_first_200


def _start_bare(folder: Path) -> float:
    with bare(folder) as server:
        return server.seconds_to_first_200


def _idle(folder: Path) -> tuple[float, float]:
    with workspace(folder) as ours, bare(folder) as theirs:
        time.sleep(SETTLING)
        return ours.pss, theirs.pss
