"""The questions of curated answers get their vectors in the background; until then they are known by their words."""

from dataclasses import dataclass

from trulybot.kit.database import Database
from trulybot.knowledge import curated_queries
from trulybot.llm.embedding import Embedder

BATCH = 64


@dataclass(frozen=True)
class AnswerEmbedding:
    db: Database
    embedder: Embedder

    async def embed_all(self, _: str) -> None:
        """The job; raises EmbeddingFailed while the model is out of reach, to be tried again."""
        model = self.embedder.model
        while batch := await self.db.read(curated_queries.without_vector, model, BATCH):
            vectors = await self.embedder.embed([question for _, question in batch])
            embedded = [(way, question, vector) for (way, question), vector in zip(batch, vectors, strict=True)]
            await self.db.write(curated_queries.save_vectors, model, embedded)
