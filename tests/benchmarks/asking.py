"""A caller of /api/chat over one kept connection, as an owner's program would call it."""

import http.client
import json
import time
from collections.abc import Generator
from typing import Any, NamedTuple

from tests.benchmarks.serving import Server


class Heard(NamedTuple):
    """An event of a streamed answer, and when it came, in seconds of `time.perf_counter`."""

    event: str
    data: dict[str, Any]
    at: float


class Told(NamedTuple):
    """`milliseconds` is from the request to the whole reply."""

    reply: dict[str, Any]
    milliseconds: float


class Caller:
    def __init__(self, server: Server, key: str) -> None:
        self.server = server
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(self, question: str) -> Told:
        began = time.perf_counter()
        reply = self.call("POST", "/api/chat", {"question": question})
        return Told(reply, 1000 * (time.perf_counter() - began))

    def follow(self, question: str) -> Generator[Heard, None, None]:
        """Each event as it comes, over a connection of its own; leave the rest unheard to go away."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        headers = {**self._headers, "Accept": "text/event-stream"}
        connection.request("POST", "/api/chat", json.dumps({"question": question}), headers)
        event = ""
        try:
            for line in connection.getresponse():
                name, _, value = line.decode().rstrip().partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    yield Heard(event, json.loads(value), time.perf_counter())
        finally:
            connection.close()
            self._connection.close()  # while the answer was written, the server may have closed it as idle

    def steps_of(self, told: Told) -> dict[str, float]:
        """The milliseconds of each step, as the workspace recorded them for its staff."""
        steps: dict[str, float] = self.turn_of(told.reply["conversation"])["record"]["milliseconds"]
        return steps

    def turn_of(self, conversation: str) -> dict[str, Any]:
        """The last turn of a conversation, with its record, as staff see it."""
        turn: dict[str, Any] = self.call("GET", f"/api/conversations/{conversation}")["turns"][-1]
        return turn

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        self._connection.request(method, path, json.dumps(body) if body else None, self._headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path} answered {response.status}: {content.decode()[:500]}")
        decoded: dict[str, Any] = json.loads(content)
        return decoded
