"""Sockets behind the edge: scripted ones, which see each byte that Caddy sends, and applications of ours."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import uvicorn
from litestar import Litestar

from trulybot.kit.server import Peer, listen_on_socket

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"

Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Scripted:
    """Takes one request a connection and answers with these bytes, or as `answering` writes them."""

    def __init__(self, answer: bytes = OK, answering: Answering | None = None) -> None:
        self._answer = answer
        self._answering = answering
        self.requests: list[bytes] = []

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            self.requests.append(await _request(reader))
            if self._answering:
                await self._answering(reader, writer)
            writer.write(self._answer)
            await writer.drain()
        writer.close()

    def header(self, name: str) -> str | None:
        """Of the last request; the first of several."""
        head = self.requests[-1].split(b"\r\n\r\n")[0].decode()
        fields = dict(reversed([line.lower().split(": ", 1) for line in head.split("\r\n")[1:]]))
        return fields.get(name.lower())

    @property
    def body(self) -> bytes:
        return self.requests[-1].split(b"\r\n\r\n", 1)[1]


@asynccontextmanager
async def listening(path: Path, scripted: Scripted) -> AsyncIterator[Scripted]:
    path.parent.mkdir(parents=True, exist_ok=True)
    server = await asyncio.start_unix_server(scripted.meet, path)
    try:
        yield scripted
    finally:
        server.close()
        path.unlink(missing_ok=True)


@asynccontextmanager
async def serving(path: Path, app: Litestar) -> AsyncIterator[None]:
    """One of our applications as the control plane serves it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    server = uvicorn.Server(uvicorn.Config(app, http=Peer, log_config=None, proxy_headers=False, lifespan="on"))
    task = asyncio.create_task(server.serve(sockets=[listen_on_socket(path)]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        await task
        path.unlink(missing_ok=True)


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:] if line)
    if b"chunked" in fields.get(b"transfer-encoding", b""):
        return head + await reader.readuntil(b"0\r\n\r\n")
    return head + await reader.readexactly(int(fields.get(b"content-length", 0)))
