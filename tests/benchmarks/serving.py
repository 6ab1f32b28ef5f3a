"""A server in a process of its own, from its start to its end."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
PATIENCE = 30  # seconds for a first answer, or for an end
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[bytes]
    port: int
    seconds_to_first_200: float

    @property
    def pss(self) -> float:
        """MiB of the process and its children, shared pages counted in shares."""
        family = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        return float(sum(one.memory_full_info().pss for one in family)) / MEBIBYTE

    @property
    def cpu_seconds(self) -> float:
        """What the server has worked so far, which a busy neighbour does not change."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)


@contextmanager
def serving(
    command: Sequence[str],
    port: int,
    path: str = "/up",
    environment: Mapping[str, str] = {},
    python: str = sys.executable,
) -> Iterator[Server]:
    """Run `python command…` until the block ends; entered when `path` answered 200."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [python, *command],
        cwd=ROOT,
        env=_environment(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        _await_200(process, port, path, began + PATIENCE)
        yield Server(process, port, time.perf_counter() - began)
    finally:
        _end(process)


@contextmanager
def workspace(data: Path, environment: Mapping[str, str] = {}) -> Iterator[Server]:
    """Our own server on the folder `data`."""
    port = free_port()
    command = ["-m", "trulybot", "serve", "--data", str(data), "--port", str(port)]
    with serving(command, port, environment=environment) as server:
        yield server


@contextmanager
def bare(data: Path) -> Iterator[Server]:
    """The baseline: a bare Litestar application (see bare.py)."""
    with _module("bare", data) as server:
        yield server


@contextmanager
def bare_over_ours(data: Path) -> Iterator[Server]:
    with _module("bare_over_ours", data) as server:
        yield server


@contextmanager
def _module(name: str, data: Path) -> Iterator[Server]:
    port = free_port()
    with serving(["-m", f"tests.benchmarks.{name}", str(port), str(data)], port) as server:
        yield server


def new_api_key(data: Path) -> str:
    """With it a benchmark is one of the owner's programs, which no limit slows."""
    command = [sys.executable, "-m", "trulybot", "api-key", "create", "benchmark", "--data", str(data)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        chosen: int = listener.getsockname()[1]
        return chosen


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    # Byte code must be written, or every start would compile the libraries anew.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, **extra}


def _await_200(process: subprocess.Popen[bytes], port: int, path: str, deadline: float) -> None:
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            assert process.stderr is not None
            raise RuntimeError(f"the server ended before it answered: {process.stderr.read().decode()[-2000:]}")
        if _status(port, path) == 200:
            return
        time.sleep(0.002)
    raise TimeoutError(f"no 200 from {path} within {PATIENCE} s")


def _status(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except ConnectionError:
        return None
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
