"""A hosted workspace's only way out: the gateway's unix socket, and the token that says which workspace asks."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    import httpcore

LONGEST_SILENCE = 30.0  # seconds

Headers = Sequence[tuple[str, str]]


class Answer(NamedTuple):
    status: int
    body: bytes

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


class NotReached(Exception):
    """The gateway gave no answer: it is away, or fell silent."""


class Gateway:
    """One for a process. `token` is the file of the token, which may be exchanged at any time."""

    def __init__(self, socket: Path, token: Path) -> None:
        self._socket = socket
        self._token = token

    async def tell(self, path: str, what: msgspec.Struct) -> Answer:
        """Post a struct as JSON; raises NotReached."""
        return await self.post(path, msgspec.json.encode(what))

    async def post(self, path: str, body: bytes, headers: Headers = (), silence: float = LONGEST_SILENCE) -> Answer:
        """The whole answer; raises NotReached."""
        async with self.stream(path, body, headers, silence) as answer:
            return Answer(answer.status, await answer.aread())

    @asynccontextmanager
    async def stream(
        self, path: str, body: bytes, headers: Headers = (), silence: float = LONGEST_SILENCE
    ) -> "AsyncIterator[httpcore.Response]":
        """The answer as it comes; raises NotReached, also when it breaks off while it is read."""
        # Imported late: it takes a tenth of a second, and a workspace must wake in one.
        import httpcore

        sent = [("Host", "gateway"), ("Content-Type", "application/json"), *self._proof(), *headers]
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), silence)
        extensions: dict[str, Any] = {"timeout": timeout}
        try:
            async with self._pool.stream(
                "POST", f"http://gateway{path}", headers=sent, content=body, extensions=extensions
            ) as answer:
                yield answer
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise NotReached(type(error).__name__) from error

    async def close(self) -> None:
        if "_pool" in self.__dict__:
            await self._pool.aclose()

    def _proof(self) -> Headers:
        """Read anew each time, so that an exchanged token needs no restart: it takes microseconds."""
        try:
            return [("Authorization", f"Bearer {self._token.read_text().strip()}")]
        except OSError as error:
            raise NotReached(f"no token: {error.strerror}") from error

    @cached_property
    def _pool(self) -> "httpcore.AsyncConnectionPool":
        import httpcore

        # Connections that idle long would only be found dead after the gateway was started anew.
        return httpcore.AsyncConnectionPool(uds=str(self._socket), keepalive_expiry=LONGEST_SILENCE)
