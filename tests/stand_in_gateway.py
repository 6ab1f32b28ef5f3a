"""The gateway's end of its socket, as a workspace sees it: writes down what it is told, and answers what it is bid."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec


class Told(NamedTuple):
    path: str
    token: str
    body: bytes

    def read(self) -> dict[str, object]:
        found: dict[str, object] = msgspec.json.decode(self.body)
        return found


class StandIn:
    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self.told: list[Told] = []
        self.status = 204
        self.body = b""
        self._came = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()

    def hang_up(self) -> None:
        """As the kernel does for a process that has ended."""
        for writer in self._open:
            writer.close()

    async def first(self, path: str) -> Told:
        """What was told there, waited for if need be."""
        async with asyncio.timeout(30):
            while not (found := self.at(path)):
                self._came.clear()
                await self._came.wait()
        return found[0]

    def at(self, path: str) -> list[Told]:
        return [told for told in self.told if told.path == path]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._note(head.decode("latin-1"), reader)
                writer.write(f"HTTP/1.1 {self.status} Told\r\nContent-Length: {len(self.body)}\r\n\r\n".encode())
                writer.write(self.body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
        finally:
            self._open.discard(writer)

    async def _note(self, head: str, reader: asyncio.StreamReader) -> None:
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.told.append(Told(first.split()[1], headers.get("authorization", ""), body))
        self._came.set()


@asynccontextmanager
async def gateway_at(socket: Path) -> AsyncIterator[StandIn]:
    stand_in = StandIn(socket)
    server = await asyncio.start_unix_server(stand_in.answer, socket)
    try:
        yield stand_in
    finally:
        server.close()
        stand_in.hang_up()
        socket.unlink(missing_ok=True)
