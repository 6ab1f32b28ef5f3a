"""One durable write per request, 16 callers at once, beside a bare route that inserts inline."""

import argparse
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.load import Load, load, request
from tests.benchmarks.measuring import RUNS, Bar, Row, medians, report, take_turns
from tests.benchmarks.serving import Server, bare, bare_over_ours, new_api_key, workspace

CALLERS = 16
FAST_ENOUGH = Bar(0.5, at_least=True)
EVEN_ENOUGH = Bar(5)

ROW = request("POST", "/rows", b'{"text": "a row of some forty characters or so"}')


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="writes", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--requests", type=int, default=2000)
    options = parser.parse_args(argv)
    with TemporaryDirectory() as folder:
        report(f"Durable writes, {CALLERS} callers", measure(Path(folder), options.runs, options.requests))


def measure(folder: Path, runs: int, requests: int) -> list[Row]:
    """Each run has a server of its own, and they take turns."""
    key = {"Authorization": f"Bearer {new_api_key(folder)}"}
    setting = request("PATCH", "/api/settings", b'{"welcome": "Hello! Ask me anything about us."}', **key)
    greeting = request("POST", "/api/chat", b'{"question": "hello"}', **key)
    settings, greetings, writer, inline = take_turns(
        runs,
        lambda: _load(workspace(folder), setting, requests),
        lambda: _load(workspace(folder), greeting, requests),
        lambda: _load(bare_over_ours(folder), ROW, requests),
        lambda: _load(bare(folder), ROW, requests),
    )
    return [
        *_rows("PATCH /api/settings, one write", settings, inline, FAST_ENOUGH, EVEN_ENOUGH),
        *_rows("POST /api/chat, a greeting, one write", greetings, inline),
        *_rows("a bare route over our one writer", writer, inline, FAST_ENOUGH, EVEN_ENOUGH),
        *_rows("a bare route, inline", inline, inline)[1:],
    ]


def _load(starting: AbstractContextManager[Server], one: bytes, requests: int) -> Load:
    with starting as server:
        return load(server.port, [one] * requests, CALLERS)


def _rows(
    what: str, runs: list[Load], inline: list[Load], fast: Bar | None = None, even: Bar | None = None
) -> list[Row]:
    ours, baseline = medians([[run.per_second for run in of] for of in (runs, inline)])
    p50, p99 = medians([[run.at(0.5) for run in runs], [run.at(0.99) for run in runs]])
    return [Row(what, ours, baseline, "/s", fast), Row(f"{what}: p99 : p50", p99, p50, "ms", even)]
