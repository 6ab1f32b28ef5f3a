"""Callers that ask again as soon as they are answered, on connections that stay open; raw, so never the bottleneck."""

import asyncio
import gc
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.measuring import percentile

WARM_UP = 0.1  # share of the requests that is not counted


@dataclass(frozen=True)
class Load:
    per_second: float
    latencies: list[float]  # seconds

    def at(self, share: float) -> float:
        """Milliseconds within which `share` of the requests were answered."""
        return 1000 * percentile(self.latencies, share)


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def load(port: int, requests: list[bytes], callers: int) -> Load:
    """Send all `requests`, `callers` at a time; raises RuntimeError on an answer that is not 2xx."""
    uncounted = requests[: int(len(requests) * WARM_UP)]
    asyncio.run(_send(port, uncounted, callers))
    gc.disable()
    try:
        began = time.perf_counter()
        latencies = asyncio.run(_send(port, requests[len(uncounted) :], callers))
        return Load(len(latencies) / (time.perf_counter() - began), latencies)
    finally:
        gc.enable()


async def _send(port: int, requests: list[bytes], callers: int) -> list[float]:
    waiting = iter(requests)
    loop = asyncio.get_running_loop()
    connections = [await loop.create_connection(lambda: _Caller(waiting), "127.0.0.1", port) for _ in range(callers)]
    try:
        for _, caller in connections:
            caller.ask()
        await asyncio.gather(*(caller.done for _, caller in connections))
    finally:
        for transport, _ in connections:
            transport.abort()
    return [latency for _, caller in connections for latency in caller.latencies]


class _Caller(asyncio.Protocol):
    def __init__(self, waiting: Iterator[bytes]) -> None:
        self.latencies: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self._received = b""
        self._asked = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self) -> None:
        following = next(self._waiting, None)
        if following is None:
            self.done.set_result(None)
            return
        self._received = b""
        self._asked = time.perf_counter()
        self._transport.write(following)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator or len(body) < _content_length(head):
            return
        self.latencies.append(time.perf_counter() - self._asked)
        if head[9:10] == b"2":
            self.ask()
        else:
            self._fail(f"answered {self._received[:600]!r}")

    def connection_lost(self, error: Exception | None) -> None:
        self._fail("closed the connection")

    def _fail(self, what: str) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(f"the server {what}"))


def _content_length(head: bytes) -> int:
    lowered = head.lower()
    at = lowered.find(b"content-length:")
    return 0 if at < 0 else int(lowered[at + 15 :].split(b"\r\n", 1)[0])
