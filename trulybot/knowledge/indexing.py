"""Passages get their vectors in the background; for another model a new index is built beside the serving one."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from trulybot.kit import jobs
from trulybot.kit.database import Database
from trulybot.kit.texts import N_
from trulybot.knowledge import queries, vectors
from trulybot.knowledge.chunking import embedded_text
from trulybot.knowledge.models import Span
from trulybot.knowledge.vectors import Unembedded, VectorIndex
from trulybot.llm.embedding import Embedder, EmbeddingFailed

INDEXING = "index passages"
CALIBRATING = "calibrate search"
EVERYTHING = "all"  # the key of jobs that are about the whole corpus

BATCH = 64
PAUSES = (2, 10, 30)  # seconds, between tries when the model is out of reach
STILL_FOUND = N_("Until then it is found by its words alone.")

log = logging.getLogger(__name__)


@dataclass
class Indexing:
    db: Database
    embedder: Embedder

    async def index_all(self, _: str = EVERYTHING) -> None:
        """The job: embed every passage that has no vector yet, tell each source's progress, switch to a built index."""
        try:
            index = await self._index()
            await self._index_sources(index)
            await self._embed_between(index, 0, vectors.LAST)  # for a new model, those of sources long ready too
        except EmbeddingFailed as failure:
            await self.db.write(queries.fail_indexing, f"{failure.sentence}\n{STILL_FOUND}")
        else:
            await self.db.write(_finish, index)

    async def _index(self) -> VectorIndex:
        if self.embedder.dimension is None:
            await self._embed(["How many numbers has a vector?"])
        assert self.embedder.dimension is not None
        return await self.db.write(vectors.index_for, self.embedder.model, self.embedder.dimension)

    async def _index_sources(self, index: VectorIndex) -> None:
        """The shortest first, so that a page need not wait for a table of a million rows."""
        reached: dict[str, int] = {}
        while spans := await self.db.read(queries.spans_being_indexed):
            span = min(spans, key=lambda span: span.last - span.first)
            after = await self._embed_some(index, reached.get(span.source_id, span.first - 1), span.last)
            if after is None:
                await self.db.write(queries.set_status, span.source_id, "ready")
            else:
                reached[span.source_id] = after
                await self.db.write(queries.set_progress, span.source_id, _share(span, after))

    async def _embed_between(self, index: VectorIndex, after: int | None, last: int) -> None:
        while after is not None:
            after = await self._embed_some(index, after, last)

    async def _embed_some(self, index: VectorIndex, after: int, last: int) -> int | None:
        """Embed the next passages; gives the last one's id, None when there was none left."""
        batch = await self.db.read(vectors.unembedded, index, BATCH, after, last)
        if not batch:
            return None
        texts = [embedded_text(passage.title, passage.heading, passage.text) for passage in batch]
        await self.db.write(_save, index, batch, await self._embed(texts))
        return batch[-1].id

    async def _embed(self, texts: Sequence[str]) -> list[bytes]:
        """Raises EmbeddingFailed when the model refuses, or stays out of reach."""
        for pause in PAUSES:
            try:
                return await self.embedder.embed(texts)
            except EmbeddingFailed as failure:
                if not failure.passing:
                    raise
                log.warning("Embedding failed; trying again in %d s", pause)
                await asyncio.sleep(pause)
        return await self.embedder.embed(texts)


def _save(connection: Connection, index: VectorIndex, batch: list[Unembedded], embedded: list[bytes]) -> None:
    try:
        vectors.add(connection, index, zip((passage.id for passage in batch), embedded, strict=True))
    except vectors.UnusableVector as error:
        raise EmbeddingFailed("The embedding model gave a vector that cannot be used. Choose another model.") from error


def _share(span: Span, reached: int) -> float:
    """Passages are embedded in the order of their ids, and a source's lie close together."""
    return (reached - span.first) / (span.last - span.first) if span.last > span.first else 0.0


def _finish(connection: Connection, index: VectorIndex) -> None:
    # Passages that came while the last batch was embedded have a job of their own waiting.
    if not vectors.unembedded(connection, index, 1):
        vectors.serve(connection, index)
        queries.finish_indexing(connection)
        jobs.enqueue(connection, CALIBRATING, EVERYTHING)
