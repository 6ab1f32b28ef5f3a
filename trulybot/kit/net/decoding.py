"""A response body as decoded bytes, in bounded steps: a small gzip must not become gigabytes before it is counted."""

import asyncio
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator

STEP = 64 * 1024
MEMBER_BEGINS = b"\x1f"
ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip"})


class Damaged(Exception):
    """The compressed data is wrong or ends too early."""


async def decoded(raw: AsyncIterable[bytes], encoding: str) -> AsyncIterator[bytes]:
    """`raw` decoded from one of ENCODINGS; raises Damaged."""
    if encoding in ("", "identity"):
        async for piece in raw:
            yield piece
        return
    gunzip = Gunzip()
    async for piece in raw:
        for step in gunzip.feed(piece):
            yield step
            await asyncio.sleep(0)  # one piece may unpack to a thousand times its size: others get their turn
    gunzip.end()


class Gunzip:
    """Unpacks one or more gzip members, at most STEP bytes at a time."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        full = False
        while data or full:
            if self._member.eof:
                if not data.startswith(MEMBER_BEGINS):
                    return  # padding after the last member
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
            self._started = True
            try:
                step = self._member.decompress(data, STEP)
            except zlib.error as error:
                raise Damaged from error
            data = self._member.unconsumed_tail or self._member.unused_data
            full = len(step) == STEP  # then zlib may hold more, though it has taken all the input
            if step:
                yield step

    def end(self) -> None:
        if self._started and not self._member.eof:
            raise Damaged
