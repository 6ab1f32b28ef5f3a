"""What the edge adds to a request of a running workspace, beside asking at its socket, and with 10,000 names more."""

import argparse
import http.client
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from control_plane.folders import Folders
from control_plane.settings import Settings
from tests.benchmarks.measuring import RUNS, Bar, Row, percentile, report, take_turns
from tests.benchmarks.serving import MEBIBYTE, free_port, serving
from tests.processes import Serving

REQUESTS = 400
WARM_UP = 40
NAMES = 10_000
HOST = "acorn.localhost"
ADDED = Bar(2.0)  # milliseconds at the median
AS_BEFORE = Bar(1.15)


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="edge", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="tb") as folder:
        settings = Settings(root=Path(folder, "r"), control=Path(folder, "c"), port=free_port())
        with _acorn(settings) as workspace:
            report("The edge", measure(settings, workspace.path, options.runs))


def measure(settings: Settings, path: Path, runs: int) -> list[Row]:
    few = _with_edge(settings, path, runs)
    _name(settings, NAMES)
    many = _with_edge(settings, path, runs)
    return [
        Row("added at the median", few.edge - few.bare, unit="ms", bar=ADDED),
        Row("at the median", few.edge, few.bare, "ms"),
        Row("within which 95 % are answered", few.slow_edge, few.slow_bare, "ms"),
        Row(f"added with {NAMES:,} names more", many.edge - many.bare, unit="ms", bar=ADDED),
        Row("at the median with them and without", many.edge, few.edge, "ms", AS_BEFORE),
        Row("Caddy’s memory (PSS) with them and without", many.memory, few.memory, "MiB", AS_BEFORE),
        Row("its configuration", many.configuration, few.configuration, "bytes", Bar(1.0)),
    ]


class Measured:
    def __init__(self, edge: list[float], bare: list[float], memory: float, configuration: int) -> None:
        self.edge, self.slow_edge = percentile(edge, 0.5), percentile(edge, 0.95)
        self.bare, self.slow_bare = percentile(bare, 0.5), percentile(bare, 0.95)
        self.memory = memory
        self.configuration = configuration


def _with_edge(settings: Settings, path: Path, runs: int) -> Measured:
    command = ["-m", "control_plane", "edge", "--root", str(settings.root), "--control", str(settings.control)]
    # To whoever asks without a name of ours it answers 421, so that which is asked for is a workspace's.
    with serving([*command, "--port", str(settings.port)], settings.port, f"http://{HOST}/up") as edge:
        through, at_socket = take_turns(
            runs, lambda: _latencies(lambda: _tcp(settings.port)), lambda: _latencies(lambda: _unix(path))
        )
        [caddy] = psutil.Process(edge.process.pid).children()
        memory = caddy.memory_full_info().pss / MEBIBYTE
    return Measured(sum(through, []), sum(at_socket, []), memory, (settings.edge / "caddy.json").stat().st_size)


def _latencies(connected: Callable[[], http.client.HTTPConnection]) -> list[float]:
    """Milliseconds of one request after the other, on a connection that stays open."""
    connection = connected()
    taken = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        connection.request("GET", "/up?database=false", headers={"Host": HOST})
        answer = connection.getresponse()
        answer.read()
        taken.append(1000 * (time.perf_counter() - began))
        assert answer.status == 200, answer.status
    connection.close()
    return taken[WARM_UP:]


def _tcp(port: int) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _unix(path: Path) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(path))
    return connection


@contextmanager
def _acorn(settings: Settings) -> Iterator[Serving]:
    folders = Folders(settings.root)
    folders.run("acorn").mkdir(parents=True)
    folders.names.mkdir()
    (folders.names / "acorn").symlink_to("../run/acorn")
    workspace = Serving(folders.data("acorn"), folders.socket("acorn"))
    try:
        workspace.wait_until_up()
        yield workspace
    finally:
        workspace.close()


def _name(settings: Settings, number: int) -> None:
    for one in range(number):
        os.symlink("../run/acorn", Folders(settings.root).names / f"name-{one}")
