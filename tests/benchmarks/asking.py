"""A caller of /api/chat over one kept connection, as an owner's program would call it."""

import http.client
import json
import time
from typing import Any, NamedTuple

from tests.benchmarks.serving import Server


class Told(NamedTuple):
    """`milliseconds` is from the request to the whole reply."""

    reply: dict[str, Any]
    milliseconds: float


class Caller:
    def __init__(self, server: Server, key: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(self, question: str) -> Told:
        began = time.perf_counter()
        reply = self.call("POST", "/api/chat", {"question": question})
        return Told(reply, 1000 * (time.perf_counter() - began))

    def steps_of(self, told: Told) -> dict[str, float]:
        """The milliseconds of each step, as the workspace recorded them for its staff."""
        detail = self.call("GET", f"/api/conversations/{told.reply['conversation']}")
        steps: dict[str, float] = detail["turns"][-1]["record"]["milliseconds"]
        return steps

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        self._connection.request(method, path, json.dumps(body) if body else None, self._headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path} answered {response.status}: {content.decode()[:500]}")
        decoded: dict[str, Any] = json.loads(content)
        return decoded
