"""Work that outlives a request: rows in `jobs`, done by a few workers of the one server process.

A job is enqueued in the transaction that makes it necessary, and its row goes when it is done. A job found
running at the start was cut off by a crash and is queued again; handlers therefore resume or repeat safely.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, text

from trulybot.kit.clock import MINUTE, now
from trulybot.kit.database import Database
from trulybot.kit.logs import without_words

WORKERS = 4  # most of the time they wait for the child process or the web
MOST_ATTEMPTS = 3
POLL_SECONDS = 2.0  # other processes (the command line) enqueue without telling us

log = logging.getLogger(__name__)

Handler = Callable[[str], Awaitable[None]]


class Job(NamedTuple):
    id: int
    kind: str
    key: str
    attempts: int


def enqueue(connection: Connection, kind: str, key: str, run_at: int | None = None) -> None:
    """Ask for `kind` to be done about `key`, unless that is queued already; an earlier time wins."""
    connection.execute(
        text(
            "INSERT INTO jobs (kind, key, run_at, created_at) VALUES (:kind, :key, :run_at, :now) "
            "ON CONFLICT (kind, key) WHERE state = 'queued' DO UPDATE SET run_at = min(run_at, excluded.run_at)"
        ),
        {"kind": kind, "key": key, "run_at": now() if run_at is None else run_at, "now": now()},
    )


def is_under_way(connection: Connection, kinds: Collection[str]) -> bool:
    """Whether a job of one of these kinds is being done, or due."""
    query = f"SELECT 1 FROM jobs WHERE (state = 'running' OR state = 'queued' AND run_at <= :now) AND {_OF_KINDS}"
    return connection.execute(text(f"{query} LIMIT 1"), _parameters(kinds)).scalar() is not None


def next_at(connection: Connection, kinds: Collection[str]) -> int | None:
    """When the next job of one of these kinds is due."""
    query = f"SELECT min(run_at) FROM jobs WHERE state = 'queued' AND {_OF_KINDS}"
    due: int | None = connection.execute(text(query), _parameters(kinds)).scalar_one()
    return due


def withdraw(connection: Connection, kind: str, key: str) -> None:
    connection.execute(
        text("DELETE FROM jobs WHERE kind = :kind AND key = :key AND state != 'running'"), {"kind": kind, "key": key}
    )


class Workers:
    """Does due jobs until stopped; `handlers` maps a kind to what does it. One server process has one."""

    def __init__(self, db: Database, handlers: Mapping[str, Handler]) -> None:
        self._db = db
        self._handlers = handlers
        self._nudge = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_stopping = False

    @property
    def kinds(self) -> list[str]:
        return list(self._handlers)

    async def start(self) -> None:
        await self._db.write(_queue_interrupted_again)
        self._is_stopping = False
        self._tasks = [asyncio.create_task(self._work()) for _ in range(WORKERS)]

    def nudge(self) -> None:
        """There may be something new to do."""
        self._nudge.set()

    async def stop(self) -> None:
        # Cancelling alone is not enough: Python 3.11’s `wait_for` forgets it when what it waits for is done just then.
        self._is_stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def finish(self) -> None:
        """Do everything that is due, here and now: for the command line, which has no server."""
        await self._db.write(_queue_interrupted_again)
        while job := await self._db.write(_claim, self.kinds):
            await self._do(job)

    async def _work(self) -> None:
        while not self._is_stopping:
            try:
                job = await self._next()
                if job:
                    await self._do(job)
                    continue
            except Exception as error:
                # The disk is full, say. A job that could not be told its end is taken up at the next start.
                log.error("A worker cannot reach the database; it looks again later: %s", without_words(error))
            await self._wait()

    async def _next(self) -> Job | None:
        # Looked for by reading: an idle workspace writes nothing.
        kinds = self.kinds
        return await self._db.write(_claim, kinds) if await self._db.read(_due, kinds) else None

    async def _wait(self) -> None:
        self._nudge.clear()
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._nudge.wait()
        except TimeoutError:
            return

    async def _do(self, job: Job) -> None:
        try:
            await self._handlers[job.kind](job.key)
        except asyncio.CancelledError:
            await self._db.write(_hand_back, job)
            raise
        except Exception as error:
            attempt = f"attempt {job.attempts} of {MOST_ATTEMPTS}"
            log.error("Job %s failed (%s): %s", job.kind, attempt, without_words(error))
            await self._db.write(_try_later, job)
        else:
            await self._db.write(_forget, job)


_OF_KINDS = "kind IN (SELECT value FROM json_each(:kinds))"
# Two jobs about the same thing never run at once.
_DUE = f"""
    SELECT id FROM jobs AS due WHERE state = 'queued' AND run_at <= :now AND {_OF_KINDS}
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND kind = due.kind AND key = due.key)
    ORDER BY run_at, id LIMIT 1
"""


def _due(connection: Connection, kinds: list[str]) -> bool:
    return connection.execute(text(_DUE), _parameters(kinds)).scalar() is not None


def _claim(connection: Connection, kinds: list[str]) -> Job | None:
    row = connection.execute(
        text(
            f"UPDATE jobs SET state = 'running', attempts = attempts + 1 WHERE id = ({_DUE}) "
            "RETURNING id, kind, key, attempts"
        ),
        _parameters(kinds),
    ).one_or_none()
    return Job(*row) if row else None


def _parameters(kinds: Collection[str]) -> dict[str, object]:
    return {"now": now(), "kinds": "[" + ",".join(f'"{kind}"' for kind in kinds) + "]"}


def _forget(connection: Connection, job: Job) -> None:
    connection.execute(text("DELETE FROM jobs WHERE id = :id"), {"id": job.id})


def _hand_back(connection: Connection, job: Job) -> None:
    """An orderly stop is no attempt: a long job may see many of them."""
    connection.execute(
        text("UPDATE OR IGNORE jobs SET state = 'queued', attempts = attempts - 1 WHERE id = :id"), {"id": job.id}
    )
    _drop_needless(connection, job)


def _try_later(connection: Connection, job: Job) -> None:
    if job.attempts >= MOST_ATTEMPTS:
        connection.execute(text("UPDATE jobs SET state = 'failed' WHERE id = :id"), {"id": job.id})
        return
    connection.execute(
        text("UPDATE OR IGNORE jobs SET state = 'queued', run_at = :at WHERE id = :id"),
        {"id": job.id, "at": now() + MINUTE * job.attempts**2},
    )
    _drop_needless(connection, job)


def _drop_needless(connection: Connection, job: Job) -> None:
    """A newer request for the same thing may be queued by now; then this one could not be."""
    connection.execute(text("DELETE FROM jobs WHERE id = :id AND state = 'running'"), {"id": job.id})


def _queue_interrupted_again(connection: Connection) -> None:
    # What took the process down with it three times is given up.
    connection.execute(
        text("UPDATE jobs SET state = 'failed' WHERE state = 'running' AND attempts >= :most"), {"most": MOST_ATTEMPTS}
    )
    connection.execute(text("UPDATE OR IGNORE jobs SET state = 'queued' WHERE state = 'running'"))
    connection.execute(text("DELETE FROM jobs WHERE state = 'running'"))
