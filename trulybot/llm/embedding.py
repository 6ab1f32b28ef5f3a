"""What turns text into vectors, wherever it runs."""

from collections.abc import Sequence
from typing import Protocol


class EmbeddingFailed(Exception):
    """The sentence tells the owner what to change; `passing` says that trying again later may do."""

    def __init__(self, sentence: str, *, passing: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.passing = passing


class Embedder(Protocol):
    """Vectors are float32, little-endian, of length 1, so that their dot product is their cosine."""

    @property
    def model(self) -> str: ...

    @property
    def dimension(self) -> int | None:
        """None until a remote model has answered once."""

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> list[bytes]:
        """One vector a text, in order; `urgent` (a visitor waits) goes before passages. Raises EmbeddingFailed."""
