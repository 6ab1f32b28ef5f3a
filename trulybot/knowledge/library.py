"""What chat and staff search: a question goes in, the passages that may answer it and a verdict come out."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from trulybot.kit.database import Database
from trulybot.knowledge import vectors
from trulybot.knowledge.search import Findings, search, understand
from trulybot.knowledge.understanding import Understood
from trulybot.llm.embedding import Embedder, EmbeddingFailed

log = logging.getLogger(__name__)


class Verdict(msgspec.Struct, frozen=True):
    confidence: float
    threshold: float


@dataclass(frozen=True)
class Library:
    """`embedder_for` gives what embeds for a model's index, if anything does: the serving one may be of an earlier."""

    db: Database
    embedder_for: Callable[[str], Embedder | None]

    async def find(self, question: str, most: int) -> tuple[Findings, Verdict]:
        """Passages best first, and whether they can answer; words alone decide when the model is out of reach."""
        understood, model = await self.db.read(_understood, question)
        vector = await self._vector(understood, model) if model and understood.terms else None
        return await self.db.read(_found, understood, vector, most)

    async def _vector(self, understood: Understood, model: str) -> bytes | None:
        embedder = self.embedder_for(model)
        try:
            return (await embedder.embed([understood.text], urgent=True))[0] if embedder else None
        except EmbeddingFailed as failure:
            log.warning("Searching by words alone: %s", failure.sentence)
            return None


def _understood(connection: Connection, question: str) -> tuple[Understood, str | None]:
    """The question, and the model of the index that serves, if one does."""
    index = vectors.index_in(connection, "serving")
    return understand(connection, question), index.model if index else None


def _found(connection: Connection, understood: Understood, vector: bytes | None, most: int) -> tuple[Findings, Verdict]:
    findings = search(connection, understood, vector, most)
    best = findings.passages[0].score if findings.passages else 0.0
    return findings, Verdict(best, 0.55)
