"""What a workspace does by itself: at each start, and again and again while it is awake."""

from sqlalchemy import Connection

from trulybot.chat import queries as chat_queries
from trulybot.keep.retention import ERASING
from trulybot.kit import jobs, outbox
from trulybot.kit.clock import DAY, HOUR, now
from trulybot.kit.database import Database
from trulybot.kit.idling import Work
from trulybot.kit.texts import N_
from trulybot.knowledge import curated, sources
from trulybot.knowledge import queries as knowledge_queries
from trulybot.knowledge.calibration import calibrate
from trulybot.knowledge.confidence import is_stale, searched_by
from trulybot.knowledge.indexing import EVERYTHING, INDEXING
from trulybot.leads import deleting
from trulybot.llm.embedding import Embedder

RESYNCING = "find sources to read again"
RESYNC_EVERY = HOUR // 4
ROUTINE = (RESYNCING, ERASING, outbox.CLEARING, deleting.ERASING)
ABANDONED = N_(
    "Reading this stopped the whole workspace several times, so it was given up. Split it, or upload it as text."
)


def work_of(connection: Connection, kinds: list[str]) -> Work:
    """What only looks for work is done at each start anyway, and once a day is often enough."""
    others = [kind for kind in kinds if kind not in ROUTINE]
    due = [jobs.next_at(connection, others), knowledge_queries.next_reading_at(connection), now() + DAY]
    return Work(jobs.is_under_way(connection, kinds), min(at for at in due if at is not None))


def take_up(connection: Connection) -> None:
    """What a crash may have cut off, and all that is looked for at each start."""
    chat_queries.interrupt_all(connection)
    knowledge_queries.fail_abandoned(connection, ABANDONED)
    # All find out for themselves whether there is anything to do: a new model, an interval that has passed.
    jobs.enqueue(connection, INDEXING, EVERYTHING)
    jobs.enqueue(connection, curated.EMBEDDING, EVERYTHING)
    jobs.enqueue(connection, RESYNCING, EVERYTHING)
    jobs.enqueue(connection, ERASING, EVERYTHING)
    jobs.enqueue(connection, outbox.CLEARING, EVERYTHING)
    jobs.enqueue(connection, deleting.ERASING, EVERYTHING)


async def resync(db: Database, _: str) -> None:
    """The job that finds sources whose interval has passed, and itself again later."""
    await db.write(_queue_due)


async def clear_answers(db: Database, _: str) -> None:
    """The job that erases the owner's answers that were removed."""
    await db.write(curated.clear_removed)


async def calibrate_stale(db: Database, embedder: Embedder, _: str) -> None:
    """The job that measures anew how sure search can be, by words alone and by vectors too."""
    for used in (None, embedder):
        if await db.read(is_stale, searched_by(used.model if used else None)):
            await calibrate(db, used)


def _queue_due(connection: Connection) -> None:
    for source_id in knowledge_queries.due_for_reading(connection):
        knowledge_queries.set_status(connection, source_id, "queued")
        jobs.enqueue(connection, sources.READING, source_id)
    jobs.enqueue(connection, RESYNCING, EVERYTHING, run_at=now() + RESYNC_EVERY)
