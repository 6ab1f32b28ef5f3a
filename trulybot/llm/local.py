"""MiniLM in a child process: the vectors of a workspace that has no model's address, and needs no network."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from trulybot.kit.child import Child, ChildDied, ChildFailed, python
from trulybot.llm.embedding import EmbeddingFailed, in_parts

MODEL = "all-MiniLM-L6-v2-int8"
DIMENSION = 384
CALL_TEXTS = 16
CALLS_IN_FLIGHT = 4  # so that the child always has the next texts while answers travel
URGENT_SECONDS = 30.0  # the first also loads the model
CALL_SECONDS = 120.0
LONGEST_TEXT = 8_000  # characters; the model reads 256 tokens
MEMORY_BYTES = 512 * 1024 * 1024


def embedding_child(memory_bytes: int = MEMORY_BYTES, idle_seconds: float = 90.0) -> Child:
    """A child that answers `embed` and nothing else, for a process that reads no documents."""
    return Child(python("trulybot.llm.minilm.child", str(memory_bytes)), idle_seconds=idle_seconds)


class LocalEmbedder:
    """Any number of callers may share one; `child` answers the verb `embed`."""

    model = MODEL
    dimension = DIMENSION

    def __init__(self, child: Child) -> None:
        self._child = child
        self._in_flight = asyncio.Semaphore(CALLS_IN_FLIGHT)

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> list[bytes]:
        return await in_parts(texts, CALL_TEXTS, lambda part: self._vectors(part, urgent))

    async def _vectors(self, texts: Sequence[str], urgent: bool) -> list[bytes]:
        if urgent:
            return await self._asked_twice(texts, urgent)
        async with self._in_flight:
            return await self._asked_twice(texts, urgent)

    async def _asked_twice(self, texts: Sequence[str], urgent: bool) -> list[bytes]:
        # A document that killed the child takes the texts beside it along; they are innocent and may come again.
        with suppress(ChildDied):
            return await self._call(texts, urgent)
        try:
            return await self._call(texts, urgent)
        except ChildDied as error:
            raise EmbeddingFailed(
                "The local embedding model stopped twice. Give the workspace at least 512 MB of memory and try again.",
                passing=True,
            ) from error

    async def _call(self, texts: Sequence[str], urgent: bool) -> list[bytes]:
        arguments = {"texts": [text[:LONGEST_TEXT] for text in texts], "urgent": urgent}
        seconds = URGENT_SECONDS if urgent else CALL_SECONDS
        try:
            vectors = await self._child.call("embed", arguments, list[bytes], seconds=seconds)
        except ChildFailed as error:
            raise EmbeddingFailed(error.sentence) from error
        if len(vectors) != len(texts) or any(len(vector) != 4 * DIMENSION for vector in vectors):
            raise EmbeddingFailed("The local embedding model answered nonsense. Run `trulybot doctor`.")
        return vectors
