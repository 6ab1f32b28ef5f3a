"""compose.yaml under a project name of its own: what it starts, and nothing else, is removed again."""

import http.client
import json
import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SERVICE = "trulybot"
PATIENCE = 60  # seconds


@dataclass(frozen=True)
class Composition:
    project: str
    image: str
    port: int

    def compose(self, *command: str, timeout: float = 900) -> subprocess.CompletedProcess[str]:
        settings = {"TRULYBOT_IMAGE": self.image, "TRULYBOT_PUBLISH": f"127.0.0.1:{self.port}"}
        return subprocess.run(
            ["docker", "compose", "--project-name", self.project, *command],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def up(self) -> None:
        started = self.compose("up", "--detach", "--no-build")
        assert started.returncode == 0, started.stderr
        self.wait_for(lambda: self.status("/up") == 200, "a 200 from /up")

    def down(self, *options: str) -> None:
        ended = self.compose("down", *options)
        assert ended.returncode == 0, ended.stderr

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """`command` inside the running container, as its own user."""
        return self.compose("exec", "-T", SERVICE, *command, timeout=PATIENCE)

    def logs(self) -> str:
        return self.compose("logs", "--no-log-prefix", SERVICE).stdout

    def status(self, path: str, **headers: str) -> int | None:
        try:
            return self.call("GET", path, **headers)[0]
        except (ConnectionError, http.client.HTTPException):
            return None

    def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Status and decoded body of one request from outside."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()

    @property
    def container(self) -> str:
        return self.compose("ps", "--all", "--quiet", SERVICE).stdout.strip()

    def inspected(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(_docker("inspect", self.container))[0]
        return found

    def wait_for(self, happens: Any, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not happens():
            assert time.monotonic() < deadline, f"waited in vain for {what}:\n{self.logs()[-3000:]}"
            time.sleep(0.2)

    def sign_in_link(self) -> str | None:
        found = re.search(r"http://\S*[/?#=][\w-]{20,}\S*", self.logs())
        return found and found.group()


def _docker(*command: str) -> str:
    return subprocess.run(["docker", *command], capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
