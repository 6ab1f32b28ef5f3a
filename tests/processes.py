"""TrulyBot as real processes: what only a process can show, such as its death."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

PATIENCE = 30  # seconds; only ever waited out by a test that fails


class Serving:
    """`trulybot serve` on a unix socket, with a client that is connected to it."""

    def __init__(self, data: Path, path: Path, **environment: str) -> None:
        self.data = data
        self.path = path
        command = [sys.executable, "-m", "trulybot", "serve", "--data", str(data), "--uds", str(path)]
        self.process = subprocess.Popen(
            command,
            env=_environment(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.http = httpx.Client(
            transport=httpx.HTTPTransport(uds=str(path)), base_url="http://localhost", timeout=PATIENCE
        )

    def wait_until_up(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            if self._listens() and self.http.get("/up").status_code == 200:
                return
            time.sleep(0.02)
        self.kill()
        raise AssertionError(f"It never came up: {self.process.communicate()}")

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.path)) == 0

    def stop(self) -> tuple[int, float]:
        """End it as an operator does; gives the exit code and how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        return code, time.monotonic() - began

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)

    def close(self) -> None:
        self.http.close()
        if self.process.poll() is None:
            self.kill()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()


@contextmanager
def serving(data: Path, **environment: str) -> Iterator[Serving]:
    """A workspace that answers, ended at the end whatever became of it."""
    workspace = Serving(data, data.parent / "s", **environment)
    try:
        workspace.wait_until_up()
        yield workspace
    finally:
        workspace.close()


def command(*words: str | Path, data: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """One run of the command line."""
    where = ["--data", str(data)] if data else []
    return subprocess.run(
        [sys.executable, "-m", "trulybot", *map(str, words), *where],
        env=_environment(environment),
        capture_output=True,
        text=True,
        timeout=PATIENCE * 2,
    )


def _environment(given: dict[str, str]) -> dict[str, str]:
    """Ours, without a key that a developer may have there: tests must not spend it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    return own | {f"TRULYBOT_{name}": value for name, value in given.items()}
