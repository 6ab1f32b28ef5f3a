"""What turns text into vectors, wherever it runs."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Protocol

from trulybot.kit.texts import told


class EmbeddingFailed(Exception):
    """The sentence, which is kept to be told, is what the owner can change; `passing`: trying again later may do."""

    def __init__(self, sentence: str, *, passing: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.passing = passing

    def __str__(self) -> str:
        return told(self.sentence)


class Embedder(Protocol):
    """Vectors are float32, little-endian, of length 1, so that their dot product is their cosine."""

    @property
    def model(self) -> str: ...

    @property
    def dimension(self) -> int | None:
        """None until a remote model has answered once."""

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> list[bytes]:
        """One vector a text, in order; `urgent` (a visitor waits) goes before passages. Raises EmbeddingFailed."""


async def in_parts(
    texts: Sequence[str], most: int, vectors: Callable[[Sequence[str]], Coroutine[None, None, list[bytes]]]
) -> list[bytes]:
    """The vectors of all texts, asked for `most` at a time and all at once; raises what the first failure raised."""
    parts = [texts[start : start + most] for start in range(0, len(texts), most)]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(vectors(part)) for part in parts]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [vector for task in tasks for vector in task.result()]
