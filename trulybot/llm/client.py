"""The openai package, imported when a provider is called for the first time: it costs half a second and 50 MiB."""

import asyncio
from typing import TYPE_CHECKING

from trulybot.kit import logs

KEPT_SECONDS = 120  # of a connection nobody uses: to make one over TLS takes longer than all we do ourselves

if TYPE_CHECKING:
    import openai


class Client:
    """One provider's client, made when it is first needed. `url` ends where `/chat/completions` is added."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._key = key
        self._client: openai.AsyncOpenAI | None = None
        self._starting = asyncio.Lock()

    async def started(self) -> "openai.AsyncOpenAI":
        async with self._starting:
            if self._client is None:
                await asyncio.to_thread(__import__, "openai")
                import httpx2
                import openai

                logs.quieten("openai", "httpx2", "httpcore2")  # after the import, which heeds OPENAI_LOG
                kept = openai.DefaultAsyncHttpxClient(limits=httpx2.Limits(keepalive_expiry=KEPT_SECONDS))
                # A local server may want no key; the package wants some string. Tries are counted by our callers.
                self._client = openai.AsyncOpenAI(
                    base_url=self._url, api_key=self._key or "none", max_retries=0, http_client=kept
                )
            return self._client

    async def close(self) -> None:
        if self._client:
            await self._client.close()
