import asyncio
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from trulybot.kit import sqlite
from trulybot.kit.database import Database, NotStored


class Refused(Exception):
    pass


def value(connection: Connection, name: str = "asked") -> int | None:
    found: int | None = connection.execute(
        text("SELECT value FROM counters WHERE name = :name"), {"name": name}
    ).scalar()
    return found


def increment(connection: Connection) -> int:
    """Reads, then writes: what is lost when two do it at once."""
    seen = value(connection) or 0
    connection.execute(text("UPDATE counters SET value = :value WHERE name = 'asked'"), {"value": seen + 1})
    return seen + 1


def add(connection: Connection, name: str) -> str:
    connection.execute(text("INSERT INTO counters VALUES (:name, 1)"), {"name": name})
    return name


def add_and_raise(connection: Connection, name: str) -> None:
    add(connection, name)
    raise Refused


async def test_200_concurrent_increments_lose_none(db: Database) -> None:
    given = await asyncio.gather(*(db.write(increment) for _ in range(200)))
    assert sorted(given) == list(range(1, 201))
    assert await db.read(value) == 200


async def test_a_unit_that_raises_changes_nothing_and_its_neighbours_are_kept(db: Database) -> None:
    free = threading.Event()
    first = asyncio.ensure_future(db.write(lambda _: free.wait(20)))  # the others gather behind it into one group
    units = [db.write(add, "before"), db.write(add_and_raise, "raised"), db.write(add, "after")]
    waiting = asyncio.gather(*units, return_exceptions=True)
    await asyncio.sleep(0.01)
    free.set()
    await first
    before, raised, after = await waiting
    assert (before, after) == ("before", "after")
    assert isinstance(raised, Refused)
    kept = [await db.read(value, name) for name in ("before", "raised", "after")]
    assert kept == [1, None, 1]


async def test_a_constraint_that_fails_is_told_to_its_caller_alone(db: Database) -> None:
    results = await asyncio.gather(db.write(add, "twice"), db.write(add, "twice"), return_exceptions=True)
    assert results[0] == "twice"
    assert "UNIQUE" in str(results[1])


async def test_a_read_sees_one_snapshot(db: Database) -> None:
    first_seen, go_on = threading.Event(), threading.Event()

    def read_twice(connection: Connection) -> tuple[int | None, int | None]:
        first = value(connection)
        first_seen.set()
        assert go_on.wait(20)
        return first, value(connection)

    reading = asyncio.ensure_future(db.read(read_twice))
    assert await asyncio.to_thread(first_seen.wait, 5)
    await db.write(increment)
    go_on.set()
    assert await reading == (0, 0)
    assert await db.read(value) == 1


async def test_a_read_cannot_write(db: Database) -> None:
    with pytest.raises(Exception, match="readonly"):
        await db.read(increment)
    assert await db.read(value) == 0


async def test_event_loops_in_several_threads_share_one_database(db: Database) -> None:
    def elsewhere() -> list[int]:
        async def increments() -> list[int]:
            return await asyncio.gather(*(db.write(increment) for _ in range(20)))

        return asyncio.run(increments())

    here = asyncio.gather(*(db.write(increment) for _ in range(20)))
    given = [*await asyncio.to_thread(elsewhere), *await here, db.write_now(increment)]
    assert sorted(given) == list(range(1, 42))


async def test_a_caller_that_goes_away_takes_nothing_back(db: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        begun.set()
        go_on.wait(20)
        increment(connection)

    caller = asyncio.ensure_future(db.write(slow))
    assert await asyncio.to_thread(begun.wait, 5)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    await db.write(increment)
    assert await db.read(value) == 2


async def test_write_now_raises_what_its_work_raises(db: Database) -> None:
    with pytest.raises(Refused):
        await asyncio.to_thread(db.write_now, add_and_raise, "raised")
    assert await db.read(value, "raised") is None


async def test_a_full_disk_is_not_stored_and_earlier_data_stays(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    await db.write(increment)
    await db.write(_limit_pages)
    with pytest.raises(NotStored, match="disk is full"):
        for number in range(1000):
            await db.write(add, f"{number} " + "x" * 2000)
    assert await db.read(value) == 1
    assert await db.read(_integrity) == "ok"
    assert await db.write(increment) == 2
    assert "xxx" not in caplog.text


async def test_a_full_disk_fails_no_neighbour_silently(db: Database) -> None:
    """Whoever got no error is on disk, whatever else was in the group."""
    await db.write(_limit_pages)
    names = [f"{number} " + "x" * 2000 for number in range(300)]
    results = await asyncio.gather(*(db.write(add, name) for name in names), return_exceptions=True)
    assert any(isinstance(result, NotStored) for result in results)
    assert all(isinstance(result, str | NotStored) for result in results), {type(result) for result in results}
    for name, result in zip(names, results, strict=True):
        assert (await db.read(value, name) == 1) is isinstance(result, str)


async def test_a_write_waits_for_another_program(db: Database, file: Path) -> None:
    other = sqlite.connect(file)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE counters SET value = 10")
    waiting = asyncio.ensure_future(db.write(increment))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    other.execute("COMMIT")
    other.close()
    assert await waiting == 11


def _limit_pages(connection: Connection) -> None:
    pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    connection.execute(text(f"PRAGMA max_page_count = {pages + 20}"))


def _integrity(connection: Connection) -> str:
    found: str = connection.execute(text("PRAGMA integrity_check")).scalar_one()
    return found


async def test_what_waits_when_it_is_closed_is_written_and_what_comes_later_is_refused_at_once(
    db: Database, file: Path
) -> None:
    waiting = asyncio.gather(*(db.write(add, f"waiting {number}") for number in range(100)))
    await asyncio.sleep(0)
    db.close()
    await waiting
    with pytest.raises(NotStored, match="being stopped"):
        await asyncio.wait_for(db.write(add, "late"), 20)
    with pytest.raises(NotStored, match="being stopped"):
        db.write_now(add, "late")
    with closing(Database(file)) as again:
        assert [await again.read(value, name) for name in ("waiting 0", "waiting 99", "late")] == [1, 1, None]
