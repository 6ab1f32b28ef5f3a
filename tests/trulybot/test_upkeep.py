"""What keeps a hosted workspace awake, and when it must be up again, as its tables say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from trulybot.chat.mailing import MAILING
from trulybot.kit import jobs, outbox
from trulybot.kit.clock import DAY, HOUR, now
from trulybot.kit.database import Database
from trulybot.kit.idling import Work
from trulybot.kit.migrate import migrate
from trulybot.upkeep import RESYNCING, work_of
from trulybot.workspace import MIGRATIONS

KINDS = [MAILING, RESYNCING, outbox.CLEARING]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    migrate(tmp_path / "trulybot.db", MIGRATIONS)
    db = Database(tmp_path / "trulybot.db")
    yield db
    db.close()


async def work(db: Database) -> Work:
    return await db.read(work_of, KINDS)


async def test_with_nothing_to_do_it_is_up_again_within_a_day(db: Database) -> None:
    found = await work(db)
    assert not found.is_under_way
    assert found.next_at is not None and now() + DAY - 60 < found.next_at <= now() + DAY


async def test_a_job_that_only_looks_for_work_wakes_nobody(db: Database) -> None:
    await db.write(jobs.enqueue, RESYNCING, "", now() + HOUR)
    await db.write(jobs.enqueue, outbox.CLEARING, "", now() + HOUR)
    found = await work(db)
    assert found.next_at is not None and found.next_at > now() + HOUR


async def test_a_job_of_a_kind_that_nobody_does_keeps_nobody_awake(db: Database) -> None:
    await db.write(jobs.enqueue, "of a version to come", "", now() - HOUR)
    found = await work(db)
    assert not found.is_under_way
    assert found.next_at is not None and found.next_at > now()


async def test_it_is_up_again_for_the_next_job(db: Database) -> None:
    await db.write(jobs.enqueue, MAILING, "c1", at := now() + HOUR)
    assert await work(db) == Work(False, at)


async def test_a_due_job_is_under_way(db: Database) -> None:
    await db.write(jobs.enqueue, MAILING, "c1")
    assert (await work(db)).is_under_way


@pytest.mark.parametrize(
    ("status", "deleted", "counts"),
    [("ready", False, True), ("failed", False, True), ("indexing", False, False), ("ready", True, False)],
)
async def test_it_is_up_again_when_a_source_is_to_be_read_again(
    db: Database, status: str, deleted: bool, counts: bool
) -> None:
    read_at = now() - HOUR
    await db.write(_add_source, status, read_at, read_at if deleted else None)
    found = await work(db)
    assert (found.next_at == read_at + 2 * HOUR) is counts


def _add_source(connection: Connection, status: str, read_at: int, deleted_at: int | None) -> None:
    columns = "id, kind, title, url, options, resync_seconds, status, read_at, deleted_at, bytes, created_at"
    known = "'s', 'url', 'Acorn', 'https://acorn.example', '{}', :seconds, :status, :read_at, :deleted_at, 0, :read_at"
    sql = f"INSERT INTO sources ({columns}) VALUES ({known})"
    values = {"seconds": 2 * HOUR, "status": status, "read_at": read_at, "deleted_at": deleted_at}
    connection.execute(text(sql), values)
