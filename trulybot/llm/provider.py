"""One call of a language model over any OpenAI-compatible API, streamed. Tries once; `steady.py` knows better."""

import time
from asyncio import timeout
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any

import msgspec

from trulybot.llm.client import Client
from trulybot.llm.hearing import DONE, Chunk, Hearing, Patience, data_of
from trulybot.llm.speech import Event, Failed, Prompt, Said

if TYPE_CHECKING:
    import httpx2
    import openai

OPENAI = "https://api.openai.com/v1"
LAST_PIECE_SECONDS = 0.25  # after the end was said: a connection that was read to its end serves the next call too
# What a model may refuse to be told, and is then not told again.
DISPENSABLE = frozenset(["max_tokens", "temperature", "stream_options", "user"])


class Provider:
    """`url` ends where `/chat/completions` is added; without a key none is needed there."""

    def __init__(self, url: str, key: str, model: str, patience: Patience | None = None) -> None:
        self.url = url
        self.model = model
        self.client = Client(url, key)
        self._patience = patience or Patience()
        self._dispensed: set[str] = set()

    async def warm(self) -> None:
        """Import what the first call needs, so that no visitor waits for it."""
        await self.client.started()

    async def speak(self, prompt: Prompt) -> AsyncGenerator[Event, None]:
        """Closing it hangs up, so that the provider need not go on."""
        client = await self.client.started()
        began = time.monotonic()
        async with AsyncExitStack() as line:
            response = await self._opened(client, prompt, line)
            if isinstance(response, Failed):
                yield response
                return
            hearing = Hearing()
            async for chunk in self._chunks(response, hearing, began):
                if isinstance(chunk, Failed):
                    yield chunk
                    return
                if text := hearing.text_of(chunk):
                    yield Said(text)
                if hearing.is_over:
                    break
            yield hearing.end()

    async def close(self) -> None:
        await self.client.close()

    async def _opened(
        self, client: "openai.AsyncOpenAI", prompt: Prompt, line: AsyncExitStack
    ) -> "httpx2.Response | Failed":
        import openai

        seconds = openai.Timeout(self._patience.whole, connect=self._patience.connect)
        while True:
            try:
                async with timeout(self._patience.first):
                    # Not `chat.completions.create`: it looks through the whole prompt by its types, for milliseconds.
                    stream = await client.post(
                        "/chat/completions",
                        cast_to=object,
                        body=self._request(prompt),
                        options={"timeout": seconds},
                        stream=True,
                        stream_cls=openai.AsyncStream[object],
                    )
                line.push_async_callback(stream.close)
                return stream.response
            except openai.BadRequestError as error:
                if error.param not in DISPENSABLE - self._dispensed:
                    return Failed("refused", status=error.status_code)
                self._dispensed.add(error.param)
            except openai.APIStatusError as error:
                return failure_from(error)
            except (TimeoutError, openai.APITimeoutError):
                return Failed("slow")
            except openai.APIConnectionError:
                return Failed("unreachable")

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        request = {
            "model": self.model,
            "messages": [{"role": message.role, "content": message.content} for message in prompt.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": prompt.most_tokens,
            "temperature": prompt.temperature,
            "user": prompt.user,
        }
        left = {name: value for name, value in request.items() if name not in self._dispensed}
        return left if "max_tokens" in left else left | {"max_completion_tokens": prompt.most_tokens}

    async def _chunks(
        self, response: "httpx2.Response", hearing: "Hearing", began: float
    ) -> AsyncIterator[Chunk | Failed]:
        import httpx2  # openai's own transport, whose errors it lets through while a stream is read

        streams = "json" not in response.headers.get("content-type", "")
        lines = response.aiter_lines() if streams else _whole(response)
        while True:
            try:
                async with timeout(self._patience.seconds_left(hearing, began)):
                    line = await anext(lines, None)
                if line is None:
                    return
                if streams and line.startswith("data:") and line[5:].strip() == DONE:
                    await _read_to_end(lines)
                    return
                if (data := data_of(line, streams)) is not None:
                    yield msgspec.json.decode(data, type=Chunk)
            except TimeoutError:
                if not hearing.is_finished:
                    yield Failed("slow")
                return
            except httpx2.RequestError:
                return
            except (msgspec.MsgspecError, UnicodeDecodeError):
                yield Failed("nonsense")
                return


async def _whole(response: "httpx2.Response") -> AsyncIterator[str]:
    """From a server that does not stream: its one answer."""
    yield (await response.aread()).decode()


async def _read_to_end(lines: AsyncIterator[str]) -> None:
    import httpx2

    with suppress(TimeoutError, httpx2.RequestError):
        async with timeout(LAST_PIECE_SECONDS):
            async for _ in lines:
                pass


def failure_from(error: "openai.APIStatusError") -> Failed:
    status = error.status_code
    if status == 402 or error.code == "insufficient_quota":
        return Failed("over quota", status=status)
    if status == 429:
        return Failed("too many requests", _retry_after(error.response.headers.get("retry-after")), status)
    if status in (408, 504):
        return Failed("slow", status=status)
    return Failed("broken" if status >= 500 else "refused", status=status)


def _retry_after(header: str | None) -> float | None:
    """Seconds. A date is not understood: providers of models send seconds, and we wait but a few of them."""
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
