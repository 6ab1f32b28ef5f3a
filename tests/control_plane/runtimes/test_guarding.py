"""The disk is as full as each test says; what takes room on it is real."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from control_plane.platform import Platform
from control_plane.runtimes.guarding import STEP, Guarding
from control_plane.runtimes.room import SHORT, Room, room_in
from control_plane.workspaces.models import Workspace
from tests.control_plane.runtimes.conftest import Town
from trulybot.kit import events
from trulybot.kit.texts import told
from trulybot.kit.words import sized

MEBIBYTE = 2**20


class Guarded(Town):
    """With a guard who is told how much room there is."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform)
        self.room = 10.0
        self.guard = self.another_guard()

    def another_guard(self) -> Guarding:
        nudge = self.platform.converging.nudge
        return Guarding(
            self.platform.db, self.platform.runtime, self.platform.folders, nudge, lambda _: Room(self.room, 0)
        )

    async def running(self, slug: str, mebibytes: int, plan: str = "free") -> Workspace:
        workspace = await self.create(slug)
        await self.platform.db.write(_set_plan, workspace.id, plan)
        await self.settle()
        with (self.platform.folders.data(workspace.id) / "fat").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, mebibytes * MEBIBYTE)
        assert await self.taken(10.0) is None
        return workspace

    async def taken(self, room: float) -> str | None:
        """Whom it suspends; converge starts the others again, if they were stopped to see what that frees."""
        self.room = room
        workspace = await self.guard.once()
        await self.settle()
        return workspace.slug if workspace else None


@pytest.fixture
def guarded(platform: Platform) -> Iterator[Guarded]:
    yield Guarded(platform)


async def test_the_fattest_is_suspended_and_the_others_stay(guarded: Guarded) -> None:
    acorn, birch = await guarded.running("acorn", 520), await guarded.running("birch", 20)
    assert await guarded.taken(SHORT) is None
    assert await guarded.taken(0.9) == "acorn"
    size = sized(await guarded.platform.runtime.size(acorn.id))
    assert await guarded.pids(acorn.id) == [] and await guarded.pids(birch.id) != []
    found = await guarded.workspace(acorn.id)
    assert found.state == "suspended" and (await guarded.workspace(birch.id)).state == "awake"
    assert told(found.reason) == (
        f"The machine’s disk is nearly full, and of those that ran this workspace takes the most room: {size}."
    )
    (event,) = await guarded.platform.db.read(events.found, events.Sought(action=SUSPENDED), 5)
    assert (event.actor, event.subject, event.detail) == ("", "acorn", size)
    assert await guarded.platform.db.read(_security_events) == [(acorn.id, "filled the disk", size)]


async def test_the_next_one_is_taken_only_when_the_room_shrinks_further(guarded: Guarded) -> None:
    await guarded.running("acorn", 60)
    await guarded.running("birch", 20)
    assert await guarded.taken(0.9) == "acorn"
    assert await guarded.taken(0.9) is None
    assert await guarded.taken(0.9 - STEP / 2) is None
    assert await guarded.taken(0.9 - 2 * STEP) == "birch"
    assert await guarded.taken(0.1) is None  # nobody runs


async def test_there_was_room_between_and_the_guard_is_as_before(guarded: Guarded) -> None:
    await guarded.running("acorn", 60)
    await guarded.running("birch", 20)
    assert [await guarded.taken(room) for room in (0.5, 2.0, 0.9)] == ["acorn", None, "birch"]


async def test_a_guard_who_finds_the_disk_nearly_full_takes_nobody_for_what_was_before(guarded: Guarded) -> None:
    await guarded.running("acorn", 60)
    guarded.guard = guarded.another_guard()
    assert await guarded.taken(0.5) is None
    assert await guarded.taken(0.5 - 2 * STEP) == "acorn"


async def test_within_its_plan_one_is_spared_while_another_is_not(guarded: Guarded) -> None:
    await guarded.running("acorn", 520)
    await guarded.running("birch", 600, plan="business")
    assert await guarded.taken(0.9) == "acorn"
    assert await guarded.taken(0.5) == "birch"


async def test_what_does_not_run_is_left_alone(guarded: Guarded) -> None:
    acorn = await guarded.running("acorn", 60)
    await guarded.running("birch", 20)
    await guarded.platform.waking.sleep(acorn.id)
    assert await guarded.taken(0.9) == "birch"


async def test_what_it_puts_beside_its_socket_counts(guarded: Guarded) -> None:
    acorn = await guarded.running("acorn", 10)
    await guarded.running("birch", 20)
    folders = guarded.platform.folders
    shutil.copy(folders.data(acorn.id) / "fat", folders.run(acorn.id) / "fat")
    shutil.copy(folders.data(acorn.id) / "fat", folders.run(acorn.id) / "fatter")
    assert await guarded.taken(0.9) == "acorn"


async def test_it_says_once_that_the_disk_fills_up(guarded: Guarded, caplog: pytest.LogCaptureFixture) -> None:
    guarded.platform.folders.root.mkdir()
    for room in (1.9, 1.8, 5.0, 1.9):
        await guarded.taken(room)
    assert caplog.text.count("is filling up") == 2


def test_room_is_what_is_left_beside_the_reserve(tmp_path: Path) -> None:
    usage = shutil.disk_usage(tmp_path)
    reserve = min(usage.total / 10, 2 * 2**30)
    assert 0 < room_in(tmp_path).left <= usage.free / reserve * 1.01


SUSPENDED = "Suspended a workspace before the disk was full"


def _set_plan(connection: Connection, workspace_id: str, plan: str) -> None:
    connection.execute(text("UPDATE workspaces SET plan = :plan WHERE id = :id"), {"plan": plan, "id": workspace_id})


def _security_events(connection: Connection) -> list[tuple[str, str, str]]:
    sql = "SELECT workspace_id, kind, detail FROM security_events"
    return [(each[0], each[1], each[2]) for each in connection.execute(text(sql))]
