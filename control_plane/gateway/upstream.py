"""The provider of the language model, whose key is here and nowhere else; streamed, and always read to its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from control_plane.settings import Settings
from trulybot.llm.hearing import DONE
from trulybot.llm.provider import DISPENSABLE, OPENAI

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 60.0
WHOLE_SECONDS = 180.0
LONGEST_LINE = 256 * 1024


class NotAnswered(Exception):
    """The provider cannot be reached, or fell silent before it answered."""


class _Usage(msgspec.Struct):
    total_tokens: int = 0


class _Chunk(msgspec.Struct):
    usage: _Usage | None = None


class _Error(msgspec.Struct):
    param: str | None = None


class _Refusal(msgspec.Struct):
    error: _Error


class Answer:
    """What came, piece by piece: of who has left, nothing is kept, but it is read all the same."""

    def __init__(self, response: "httpx.Response") -> None:
        self.status = response.status_code
        self.content_type = response.headers.get("content-type", "application/json")
        self.retry_after: str | None = response.headers.get("retry-after")
        self.tokens = 0
        self._response = response
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._is_heard = True
        self._line = b""

    async def pieces(self) -> AsyncIterator[bytes]:
        try:
            while (piece := await self._pieces.get()) is not None:
                yield piece
        finally:
            self._is_heard = False

    def nobody_hears(self) -> None:
        self._is_heard = False

    async def drain(self) -> None:
        """Read it to its end, whoever hears it."""
        import httpx

        try:
            with suppress(httpx.HTTPError, httpx.StreamError, TimeoutError):  # StreamError: a refusal was read already
                async with asyncio.timeout(WHOLE_SECONDS):
                    async for piece in self._response.aiter_raw():
                        self._count(piece)
                        if self._is_heard:
                            self._pieces.put_nowait(piece)
            self._count(b"\n")
        finally:
            self._pieces.put_nowait(None)
            await self._response.aclose()

    def _count(self, piece: bytes) -> None:
        """The provider says what it used near the end: in a line of the stream, or in the one answer."""
        *lines, self._line = (self._line + piece).split(b"\n")
        for line in lines:
            if b'"usage"' in line:
                self.tokens = _tokens_in(line.removeprefix(b"data:")) or self.tokens
        if len(self._line) > LONGEST_LINE:
            self._line = b""


class Upstream:
    def __init__(self, settings: Settings) -> None:
        self.model = settings.model_name
        self.is_there = settings.has_model
        self._url = (settings.model_url or OPENAI).rstrip("/")
        self._key = settings.model_key
        self._client: httpx.AsyncClient | None = None
        self._dispensed: set[str] = set()  # what this model refused to be told

    async def ask(self, request: dict[str, Any]) -> Answer:
        """Its answer, as it begins; raises NotAnswered."""
        import httpx

        while True:
            sent = {name: value for name, value in request.items() if name not in self._dispensed}
            if "max_tokens" in request and "max_tokens" in self._dispensed:
                sent["max_completion_tokens"] = request["max_tokens"]
            try:
                response = await self._opened().send(self._post(sent), stream=True)
                refused = _parameter(await response.aread()) if response.status_code == 400 else None
            except httpx.HTTPError as error:
                raise NotAnswered(type(error).__name__) from None
            if refused not in DISPENSABLE - self._dispensed:
                return Answer(response)
            self._dispensed.add(str(refused))

    async def close(self) -> None:
        if self._client:
            await self._client.aclose()

    def _post(self, sent: dict[str, Any]) -> "httpx.Request":
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        body = {**sent, "model": self.model}
        return self._opened().build_request("POST", f"{self._url}/chat/completions", json=body, headers=headers)

    def _opened(self) -> "httpx.AsyncClient":
        import httpx

        if self._client is None:
            timeout = httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)
            # No proxies of the environment, no redirects: the key goes to this address and to no other.
            self._client = httpx.AsyncClient(timeout=timeout, trust_env=False, headers={"Accept-Encoding": "identity"})
        return self._client


def _parameter(body: bytes) -> str | None:
    """Which one the provider does not take."""
    try:
        return msgspec.json.decode(body, type=_Refusal).error.param
    except msgspec.MsgspecError:
        return None


def _tokens_in(data: bytes) -> int:
    if data.strip() == DONE.encode():
        return 0
    try:
        usage = msgspec.json.decode(data, type=_Chunk).usage
    except msgspec.MsgspecError:
        return 0
    return usage.total_tokens if usage else 0
