"""Questions that found no answer, or none that helped: counted, and put together by meaning, until they are closed."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from trulybot.kit import jobs
from trulybot.kit.clock import DAY, now
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_
from trulybot.knowledge import gap_list_queries, gap_queries
from trulybot.knowledge.gap_queries import Reason
from trulybot.knowledge.models import AnsweredGap
from trulybot.llm.embedding import Embedder

GROUPING = "group gaps"
ALL = "all"

BATCH = 64
LATELY = 30 * DAY
SHOWN = 20  # of those answered lately
MOST_CONVERSATIONS = 20  # of one question, the latest
SAME_TOPIC = 0.7  # cosine of two questions; to be wrong here costs the owner a glance


@dataclass(frozen=True, slots=True)
class Unhelpful:
    """The answer that did not help, if there was any, and the ids of the passages it was made from."""

    answer: str | None
    passages: Sequence[int]


def note(connection: Connection, question: str, reason: Reason, unhelpful: Unhelpful) -> None:
    """Case, accents and punctuation do not make it another question."""
    gap_queries.note(connection, question, normal(question), reason, unhelpful.answer, unhelpful.passages)
    jobs.enqueue(connection, GROUPING, ALL)


def note_conversation(connection: Connection, question: str, conversation_id: str, asked_at: int) -> None:
    """Where a question that was noted was asked, so that staff can read on."""
    gap_queries.note_conversation(connection, normal(question), conversation_id, asked_at, MOST_CONVERSATIONS)


def take_back(
    connection: Connection, question: str, reason: Reason, unhelpful: str | None, conversation_id: str
) -> None:
    gap_queries.take_back(connection, normal(question), reason, unhelpful)
    gap_queries.forget_conversation(connection, normal(question), conversation_id)


def dismiss(connection: Connection, gap_id: int, actor: Actor) -> None:
    """Takes it off the list with all that was asked about the same; a visitor’s words do not enter the audit log."""
    if not gap_queries.close(connection, gap_id):
        raise NotFound("There is no such open gap. It may have been closed already.")
    record(connection, actor, N_("Took a gap off the list"))


def put_back(connection: Connection, gap_id: int, actor: Actor) -> None:
    if not gap_queries.reopen(connection, gap_id):
        raise NotFound("There is no such closed gap. It may have been opened again already.")
    record(connection, actor, N_("Put a gap back on the list"))


def answered_lately(connection: Connection) -> list[AnsweredGap]:
    return gap_list_queries.answered(connection, now() - LATELY, SHOWN)


def normal(question: str) -> str:
    folded = unicodedata.normalize("NFKD", question.casefold())
    return " ".join("".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded).split())


@dataclass(frozen=True)
class Grouping:
    db: Database
    embedder: Embedder

    async def group_all(self, all_of_them: str) -> None:
        """The job; until it is done, and while the model is out of reach, each question stands for itself."""
        while batch := await self.db.read(gap_queries.without_topic, BATCH):
            ids, questions = zip(*batch, strict=True)
            vectors = await self.embedder.embed(list(questions))
            for gap_id, vector in zip(ids, vectors, strict=True):
                await self.db.write(gap_queries.place, gap_id, self.embedder.model, vector, SAME_TOPIC)
