"""The platform's language model, asked through the gateway's door: no key here, and no package of a provider's."""

import time
from asyncio import timeout
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing
from typing import TYPE_CHECKING, Any

import msgspec

from trulybot.kit.gateway import Gateway, NotReached
from trulybot.llm.hearing import DONE, Chunk, Hearing, Patience, data_of
from trulybot.llm.speech import Event, Failed, Prompt, Said

if TYPE_CHECKING:
    import httpcore

ADDRESS = "http://gateway/v1"  # as a page shows it; it leads nowhere but through the door
PATH = "/v1/chat/completions"


class DoorModel:
    """Stands where a Provider stands; tries once, like that."""

    url = ADDRESS

    def __init__(self, gateway: Gateway, model: str, patience: Patience | None = None) -> None:
        self.model = model
        self._gateway = gateway
        self._patience = patience or Patience()

    async def warm(self) -> None:
        """Import what the first call needs, so that no visitor waits for it."""
        import httpcore  # noqa: F401

    async def close(self) -> None:
        """The gateway's client is closed by whoever opened it."""

    async def speak(self, prompt: Prompt) -> AsyncGenerator[Event, None]:
        """Closing it hangs up; the gateway hears the provider out all the same."""
        began, hearing = time.monotonic(), Hearing()
        async with AsyncExitStack() as line:
            try:
                async with timeout(self._patience.first):
                    answer = await line.enter_async_context(self._asked(prompt))
                if answer.status != 200:
                    yield failure_from(answer)
                    return
                async with aclosing(self._said(answer, hearing, began)) as events:
                    async for event in events:
                        yield event
            except TimeoutError:
                yield Failed("slow")
            except NotReached:
                yield Failed("unreachable")
            except (msgspec.MsgspecError, UnicodeDecodeError):
                yield Failed("nonsense")

    def _asked(self, prompt: Prompt) -> Any:
        body = {
            "messages": [{"role": message.role, "content": message.content} for message in prompt.messages],
            "stream": True,
            "max_tokens": prompt.most_tokens,
            "temperature": prompt.temperature,
            "user": prompt.user,
        }
        return self._gateway.stream(PATH, msgspec.json.encode(body), silence=self._patience.whole)

    async def _said(self, answer: "httpcore.Response", hearing: Hearing, began: float) -> AsyncGenerator[Event, None]:
        lines = _lines(answer.aiter_stream())
        while not hearing.is_over:
            try:
                async with timeout(self._patience.seconds_left(hearing, began)):
                    line = await anext(lines, None)
            except TimeoutError:
                if hearing.is_finished:
                    break
                raise
            if line is None or line.removeprefix("data:").strip() == DONE:
                break
            data = data_of(line, streams=True)
            if data is not None and (text := hearing.text_of(msgspec.json.decode(data, type=Chunk))):
                yield Said(text)
        yield hearing.end()


def failure_from(answer: "httpcore.Response") -> Failed:
    status = answer.status
    if status == 429:
        return Failed("too many requests", _retry_after(answer), status)
    return Failed("broken" if status >= 500 else "refused", status=status)


def _retry_after(answer: "httpcore.Response") -> float | None:
    seconds = dict(answer.headers).get(b"retry-after", b"")
    return float(seconds) if seconds.isdigit() else None


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[str]:
    begun = b""
    async for piece in pieces:
        *whole, begun = (begun + piece).split(b"\n")
        for line in whole:
            yield line.decode().rstrip("\r")
    if begun:
        yield begun.decode()
