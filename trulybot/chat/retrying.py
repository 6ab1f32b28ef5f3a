"""The questions of gaps are asked again: when staff want it, and by themselves after the knowledge changed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from trulybot.chat.answering import Asked, Room, answer
from trulybot.chat.forms import Attempt, Attempted
from trulybot.chat.models import Answer
from trulybot.kit import jobs
from trulybot.kit.clock import MINUTE, now
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_
from trulybot.knowledge import curated, gap_queries, sources
from trulybot.knowledge.gap_queries import OpenQuestion
from trulybot.knowledge.indexing import CALIBRATING, EVERYTHING, INDEXING
from trulybot.llm.embedding import Embedder, EmbeddingFailed

MOST = 20  # questions of one topic, those asked most often

RETRYING = "try gaps again"  # enqueued by a trigger (migrations/0011_gap_answers.sql)
AT_ONCE = 50  # questions; the others a minute later
PAUSE = 0.05  # seconds between two questions, for the visitors'
LEARNING = (sources.READING, INDEXING, CALIBRATING, curated.EMBEDDING)  # whose end is waited for

_UNANSWERED = ("refused", "handover", "greeting")


class CannotTry(Exception):
    """The embedding model is out of reach: what words alone find may not be what a visitor would be told."""


async def retry(gap_id: int, room: Room, actor: Actor) -> Attempted:
    """Questions that find an answer now (another than the one that did not help) are closed."""
    db = room.library.db
    questions = await db.read(gap_queries.questions_of, gap_id, MOST)
    if not questions:
        raise NotFound("There is no such open gap. It may have been closed already.")
    attempts = []
    for question in questions:
        given = await answer(Asked(question.question), room)
        is_answered = given.kind not in _UNANSWERED and given.text != question.unhelpful_answer
        closed = is_answered and await db.write(_close, question, given.text, actor)
        attempts.append(Attempt(question.question, given.kind, given.text, closed))
    return Attempted(attempts)


def without_model(room: Room) -> Room:
    """Search and the owner’s own answers decide, which costs nothing; nor is said again what was said before."""
    return replace(room, model=None, has_cache=False)


@dataclass(frozen=True)
class Retrying:
    """Nobody asked for it, so it must cost nothing: no model writes, search and the owner's own answers decide.

    A quote is therefore held against what it was made from: next to a model's answer it always reads differently.
    """

    db: Database
    room: Callable[[], Awaitable[Room]]

    async def retry_some(self, _: str) -> None:
        """The job: those tried longest ago first, none twice with the same knowledge, one at a time."""
        if await self.db.read(jobs.is_under_way, LEARNING):
            return await self._go_on_later()
        room = await self.room()
        for question in await self.db.read(gap_queries.untried, AT_ONCE):
            await self._retry(question, room)
            await asyncio.sleep(PAUSE)
        if await self.db.read(gap_queries.untried, 1):
            await self._go_on_later()

    async def _retry(self, question: OpenQuestion, room: Room) -> None:
        given = await answer(Asked(question.question), _costing_nothing(room, question))
        await self.db.write(_settle, question, given)

    async def _go_on_later(self) -> None:
        await self.db.write(jobs.enqueue, RETRYING, EVERYTHING, now() + MINUTE)


def _close(connection: Connection, question: OpenQuestion, found: str, actor: Actor) -> bool:
    """A visitor’s words do not enter the audit log."""
    if is_closed := gap_queries.close_question(connection, question, found):
        record(connection, actor, N_("Closed a question that finds an answer now"))
    return is_closed


def _settle(connection: Connection, question: OpenQuestion, given: Answer) -> None:
    if _is_another(connection, question, given):
        gap_queries.close_question(connection, question, given.text)
    else:
        gap_queries.note_tried(connection, question)


def _is_another(connection: Connection, question: OpenQuestion, given: Answer) -> bool:
    if given.kind in _UNANSWERED or given.text == question.unhelpful_answer:
        return False
    if given.kind == "curated":
        return True
    return not gap_queries.was_known(connection, question, given.record["passages"][0]["passage"])


def _costing_nothing(room: Room, question: OpenQuestion) -> Room:
    library = replace(room.library, embedder_for=partial(_embedder, room.library.embedder_for, question))
    return replace(without_model(room), library=library)


def _embedder(embedder_for: Callable[[str], Embedder | None], question: OpenQuestion, model: str) -> Embedder | None:
    embedder = embedder_for(model)
    return _Frugal(embedder, question) if embedder else None


@dataclass(frozen=True)
class _Frugal:
    """Knows the vector that the question was grouped by, and else waits behind every visitor."""

    embedder: Embedder
    question: OpenQuestion

    @property
    def model(self) -> str:
        return self.embedder.model

    @property
    def dimension(self) -> int | None:
        return self.embedder.dimension

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> list[bytes]:
        known = self.question
        if known.vector and known.model == self.model and list(texts) == [known.question]:
            return [known.vector]
        try:
            return await self.embedder.embed(texts)
        except EmbeddingFailed as failure:
            raise CannotTry(failure.sentence) from failure
