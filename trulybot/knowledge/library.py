"""What chat and staff search: a question goes in, the passages that may answer it come out."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from trulybot.kit.database import Database
from trulybot.kit.texts import told
from trulybot.knowledge import vectors
from trulybot.knowledge.search import Findings, search
from trulybot.knowledge.understanding import Understood, understand
from trulybot.llm.embedding import Embedder, EmbeddingFailed

WAKING = "Is anybody there?"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked and its vector by the serving index' `model`, where there is one and it is within reach."""

    understood: Understood
    vector: bytes | None = None
    model: str | None = None


@dataclass(frozen=True)
class Library:
    """`embedder_for` gives what embeds for a model's index, if anything does: the serving one may be of an earlier."""

    db: Database
    embedder_for: Callable[[str], Embedder | None]
    _waking: set[asyncio.Task[Findings]] = field(default_factory=set)

    async def find(self, question: str, most: int) -> Findings:
        """Passages best first, and how sure they can answer; words alone decide while the model is out of reach."""
        return await self.search(await self.hear(question), most)

    async def hear(self, question: str) -> Question:
        """The question as search, curated answers and the cache look it up: understood and embedded once."""
        return await self.embed(await self.understand(question))

    async def understand(self, question: str) -> Question:
        """Without its vector, which takes longest: what was asked in these words before needs none."""
        return await self.db.read(_understood, question)

    async def embed(self, question: Question) -> Question:
        if question.model is None or not question.understood.terms:
            return question
        return replace(question, vector=await self._vector(question.understood, question.model))

    async def search(self, question: Question, most: int) -> Findings:
        return await self.db.read(search, question.understood, question.vector, most)

    def wake(self) -> None:
        """Somebody is about to ask: have the model ready, which may take a second after a quiet time."""
        if not self._waking:
            task = asyncio.create_task(self.find(WAKING, 1))
            self._waking.add(task)
            task.add_done_callback(self._waking.discard)

    async def _vector(self, understood: Understood, model: str) -> bytes | None:
        embedder = self.embedder_for(model)
        try:
            return (await embedder.embed([understood.text], urgent=True))[0] if embedder else None
        except EmbeddingFailed as failure:
            log.warning("Searching by words alone: %s", told(failure.sentence))
            return None


def _understood(connection: Connection, question: str) -> Question:
    index = vectors.index_in(connection, "serving")
    return Question(understand(connection, question), None, index.model if index else None)
