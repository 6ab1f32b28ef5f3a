import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Connection, text

from trulybot.kit import jobs
from trulybot.kit.clock import HOUR, MINUTE, now
from trulybot.kit.database import Database
from trulybot.kit.jobs import MOST_ATTEMPTS, WORKERS, Workers


class Desk:
    """Does jobs of the kind "read", and fails at the ones it was told to."""

    def __init__(self, db: Database) -> None:
        self.done: list[str] = []
        self.failing: set[str] = set()
        self.holding: set[str] = set()
        self.changed = asyncio.Event()
        self.workers = Workers(db, {"read": self.read})

    async def read(self, key: str) -> None:
        self.done.append(key)
        self.changed.set()
        if key in self.failing:
            raise RuntimeError("the paper is torn")
        if key in self.holding:
            await asyncio.Event().wait()

    async def seen(self, most: int) -> list[str]:
        async with asyncio.timeout(20):
            while len(self.done) < most:
                self.changed.clear()
                await self.changed.wait()
        return self.done


@pytest.fixture
async def desk(db: Database) -> AsyncIterator[Desk]:
    desk = Desk(db)
    yield desk
    await desk.workers.stop()


def rows(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(text("SELECT * FROM jobs ORDER BY id"))]


async def settled(db: Database, state: str | None) -> list[dict[str, Any]]:
    """The jobs, once all of them are in the state, or all are gone."""
    async with asyncio.timeout(20):
        while any(row["state"] != state for row in await db.read(rows)):
            await asyncio.sleep(0.005)
    return await db.read(rows)


async def test_a_job_that_forgets_that_it_was_cancelled_does_not_keep_the_server_from_stopping(db: Database) -> None:
    begun = asyncio.Event()

    async def deaf(_: str) -> None:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    workers = Workers(db, {"listen": deaf})
    await db.write(jobs.enqueue, "listen", "a")
    await workers.start()
    async with asyncio.timeout(20):
        await begun.wait()
        await workers.stop()
    assert await db.read(rows) == []


async def test_a_job_is_done_and_its_row_goes(db: Database, desk: Desk) -> None:
    await db.write(jobs.enqueue, "read", "a")
    await desk.workers.start()
    assert await desk.seen(1) == ["a"]
    assert await settled(db, None) == []


async def test_a_nudge_wakes_an_idle_worker(db: Database, desk: Desk) -> None:
    await desk.workers.start()
    await db.write(jobs.enqueue, "read", "a")
    begun = asyncio.get_running_loop().time()
    desk.workers.nudge()
    await desk.seen(1)
    assert asyncio.get_running_loop().time() - begun < jobs.POLL_SECONDS


async def test_a_job_of_a_unit_that_raises_is_never_done(db: Database, desk: Desk) -> None:
    def enqueue_and_raise(connection: Connection) -> None:
        jobs.enqueue(connection, "read", "never")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await db.write(enqueue_and_raise)
    await db.write(jobs.enqueue, "read", "a")
    await desk.workers.finish()
    assert desk.done == ["a"]


async def test_the_same_job_is_queued_once_at_the_earlier_time(db: Database) -> None:
    await db.write(jobs.enqueue, "read", "a", now() + HOUR)
    await db.write(jobs.enqueue, "read", "a")
    await db.write(jobs.enqueue, "read", "a", now() + HOUR)
    await db.write(jobs.enqueue, "read", "b")
    found = await db.read(rows)
    assert [row["key"] for row in found] == ["a", "b"]
    assert found[0]["run_at"] <= now()


async def test_a_job_is_left_until_its_time(db: Database, desk: Desk) -> None:
    await db.write(jobs.enqueue, "read", "later", now() + HOUR)
    await db.write(jobs.enqueue, "read", "now")
    await desk.workers.finish()
    assert desk.done == ["now"]


async def test_a_job_is_under_way_from_when_it_is_due_until_it_is_done(db: Database, desk: Desk) -> None:
    desk.holding = {"long"}
    await db.write(jobs.enqueue, "read", "long", now() + HOUR)
    assert not await db.read(jobs.is_under_way, ["read"])
    await db.write(_make_due)
    assert await db.read(jobs.is_under_way, ["read"])
    await desk.workers.start()
    await desk.seen(1)
    assert await db.read(jobs.is_under_way, ["read", "write"])
    assert not await db.read(jobs.is_under_way, ["write"])


async def test_a_withdrawn_job_is_not_done(db: Database, desk: Desk) -> None:
    for key in ("a", "b"):
        await db.write(jobs.enqueue, "read", key)
    await db.write(jobs.withdraw, "read", "a")
    await desk.workers.finish()
    assert desk.done == ["b"]


async def test_a_kind_that_nobody_handles_waits_for_who_does(db: Database, desk: Desk) -> None:
    await db.write(jobs.enqueue, "of a newer version", "a")
    await desk.workers.finish()
    assert [row["state"] for row in await db.read(rows)] == ["queued"]


async def test_a_job_that_fails_is_tried_again_later(
    db: Database, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.failing = {"a"}
    await db.write(jobs.enqueue, "read", "a")
    await desk.workers.finish()
    (job,) = await db.read(rows)
    assert (job["state"], job["attempts"]) == ("queued", 1)
    assert job["run_at"] >= now() + MINUTE - 1
    desk.failing = set()
    await db.write(_make_due)
    await desk.workers.finish()
    assert desk.done == ["a", "a"]
    assert await db.read(rows) == []


async def test_a_job_that_fails_three_times_is_given_up(db: Database, desk: Desk) -> None:
    desk.failing = {"a"}
    await db.write(jobs.enqueue, "read", "a")
    for _ in range(MOST_ATTEMPTS + 2):
        await desk.workers.finish()
        await db.write(_make_due)
    assert desk.done == ["a"] * MOST_ATTEMPTS
    assert [row["state"] for row in await db.read(rows)] == ["failed"]


async def test_a_job_that_was_cut_off_is_done_at_the_next_start(db: Database, desk: Desk) -> None:
    await db.write(jobs.enqueue, "read", "a")
    await db.write(_cut_off, 1)
    await desk.workers.start()
    assert await desk.seen(1) == ["a"]
    assert await settled(db, None) == []


async def test_a_job_that_takes_the_process_down_three_times_is_given_up(db: Database, desk: Desk) -> None:
    for key in ("fatal", "harmless"):
        await db.write(jobs.enqueue, "read", key)
    await db.write(_cut_off, MOST_ATTEMPTS, "fatal")
    await desk.workers.finish()
    assert desk.done == ["harmless"]
    assert [row["state"] for row in await db.read(rows)] == ["failed"]


async def test_a_cut_off_job_that_was_asked_for_again_is_done_once(db: Database, desk: Desk) -> None:
    await db.write(jobs.enqueue, "read", "a")
    await db.write(_cut_off, 1)
    await db.write(jobs.enqueue, "read", "a")
    await desk.workers.finish()
    assert desk.done == ["a"]
    assert await db.read(rows) == []


async def test_orderly_stops_do_not_count_as_attempts(db: Database, desk: Desk) -> None:
    """A workspace sleeps and wakes often; a long reading must survive that."""
    desk.holding = {"long"}
    await db.write(jobs.enqueue, "read", "long")
    for stops in range(1, MOST_ATTEMPTS + 2):
        await desk.workers.start()
        assert await desk.seen(stops) == ["long"] * stops
        await desk.workers.stop()


async def test_workers_outlive_a_database_that_refuses(db: Database, desk: Desk) -> None:
    await db.write(_refuse_to_forget)
    for number in range(WORKERS):
        await db.write(jobs.enqueue, "read", str(number))
    await desk.workers.start()
    await desk.seen(WORKERS)
    await asyncio.sleep(0.05)
    await db.write(lambda connection: connection.execute(text("DROP TRIGGER disk_full")) and None)
    await db.write(jobs.enqueue, "read", "after")
    desk.workers.nudge()
    assert "after" in await desk.seen(WORKERS + 1)


def _make_due(connection: Connection) -> None:
    connection.execute(text("UPDATE jobs SET run_at = 0"))


def _cut_off(connection: Connection, attempts: int, key: str = "a") -> None:
    """As a killed process leaves it."""
    connection.execute(
        text("UPDATE jobs SET state = 'running', attempts = :attempts WHERE key = :key"),
        {"attempts": attempts, "key": key},
    )


def _refuse_to_forget(connection: Connection) -> None:
    connection.execute(text("CREATE TRIGGER disk_full BEFORE DELETE ON jobs BEGIN SELECT RAISE(ABORT, 'full'); END"))
