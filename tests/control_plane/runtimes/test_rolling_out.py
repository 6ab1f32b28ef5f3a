"""An image is given to a fleet, a few at a time; whoever fails stops nobody else, until three have."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import Connection, text

from control_plane.platform import Platform
from control_plane.runtimes import queries, rollouts
from control_plane.runtimes.models import MOST_FAILURES, Outcome, Rollout
from control_plane.runtimes.rolling_out import AT_ONCE, RollingOut
from control_plane.settings import Settings
from control_plane.workspaces import queries as workspace_queries
from control_plane.workspaces.models import Workspace
from tests.control_plane.runtimes.conftest import Town, opened
from tests.control_plane.runtimes.releases import ReleasedPlatform, ReleasedRuntime
from trulybot.kit import events
from trulybot.kit.errors import Conflict
from trulybot.kit.events import SERVER

OLD, NEW = ("old",), ("new", "old")


@pytest.fixture
async def platform(settings: Settings) -> AsyncIterator[Platform]:
    async with opened(ReleasedPlatform.open(settings)) as platform:
        yield platform


class Upgrades:
    """Of workspaces that are rows only: what comes of each is the test's to say."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.begun: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self.what: Callable[[str], Awaitable[Outcome]] = self._well

    async def upgrade(self, workspace_id: str, image: str) -> Outcome:
        self.begun.append(workspace_id)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            outcome = await self.what(workspace_id)
        finally:
            self.at_once -= 1
        if outcome.result == "upgraded":
            await self._platform.db.write(workspace_queries.give_image, workspace_id, image, "old")
        await self._platform.db.write(queries.note_outcome, workspace_id, outcome)
        return outcome

    async def _well(self, workspace_id: str) -> Outcome:
        await asyncio.sleep(0.01)
        return Outcome("upgraded")


@pytest.fixture
async def upgrades(platform: Platform) -> AsyncIterator[Upgrades]:
    stand_in = Upgrades(platform)
    rolling = RollingOut(platform.db, stand_in)  # type: ignore[arg-type]
    platform.__dict__["rolling_out"] = rolling
    rolling.start()
    yield stand_in
    await rolling.stop()


async def fleet(town: Town, asleep: int, awake: int = 0) -> list[Workspace]:
    """With the image `old`; those awake are the eldest."""
    made = [await town.create(f"number{number}") for number in range(awake + asleep)]
    for each in made:
        await town.platform.db.write(workspace_queries.give_image, each.id, "old", None)
    for each in made[awake:]:
        await town.platform.db.write(workspace_queries.sleep, each.id, None)
    return made


async def rollout_of(town: Town) -> Rollout:
    found = await town.platform.db.read(queries.latest_rollout)
    assert found is not None
    return found


async def until(town: Town, *states: str) -> Rollout:
    async with asyncio.timeout(60):
        while (found := await rollout_of(town)).state not in states or found.under_way:
            town.platform.rolling_out.nudge()
            await asyncio.sleep(0.01)
    return found


async def test_a_fleet_gets_the_newest_image_a_few_at_a_time_and_who_sleeps_first(
    town: Town, upgrades: Upgrades
) -> None:
    made = await fleet(town, asleep=5, awake=2)
    await town.platform.db.write(rollouts.begin, NEW, SERVER)
    done = await until(town, "done")
    assert (done.total, done.ended, done.upgraded, done.failed) == (7, 7, 7, 0)
    assert set(upgrades.begun[-2:]) == {each.id for each in made[:2]}
    assert upgrades.most_at_once == AT_ONCE <= 2


async def test_one_that_fails_stops_nobody_else(town: Town, upgrades: Upgrades) -> None:
    made = await fleet(town, asleep=5)
    failing = made[1].id

    async def what(workspace_id: str) -> Outcome:
        return Outcome("rolled back", "It did not answer.") if workspace_id == failing else Outcome("upgraded")

    upgrades.what = what
    await town.platform.db.write(rollouts.begin, NEW, SERVER)
    done = await until(town, "done")
    assert (done.upgraded, done.failed) == (4, 1)
    (first, *_) = await town.platform.db.read(queries.upgrades, done.id, 10)
    assert (first.workspace_id, first.reason) == (failing, "It did not answer.")


async def test_three_failures_halt_the_fleet_until_an_operator_goes_on(town: Town, upgrades: Upgrades) -> None:
    await fleet(town, asleep=12)

    async def what(workspace_id: str) -> Outcome:
        return Outcome("refused", "It is damaged.")

    upgrades.what = what
    await town.platform.db.write(rollouts.begin, NEW, SERVER)
    halted = await until(town, "halted")
    assert MOST_FAILURES <= halted.failed < MOST_FAILURES + AT_ONCE
    await town.platform.db.write(rollouts.go_on, SERVER)
    again = await until(town, "halted")
    assert halted.failed + MOST_FAILURES <= again.failed < halted.failed + MOST_FAILURES + AT_ONCE
    await town.platform.db.write(rollouts.stop, SERVER)
    assert (await rollout_of(town)).is_over


async def test_paused_it_begins_no_other_until_it_goes_on(town: Town, upgrades: Upgrades) -> None:
    await fleet(town, asleep=4)
    going = asyncio.Event()

    async def what(workspace_id: str) -> Outcome:
        await going.wait()
        return Outcome("upgraded")

    upgrades.what = what
    await town.platform.db.write(rollouts.begin, NEW, SERVER)
    async with asyncio.timeout(20):
        while len(upgrades.begun) < AT_ONCE:
            await asyncio.sleep(0.01)
    await town.platform.db.write(rollouts.pause, SERVER)
    going.set()
    paused = await until(town, "paused")
    await asyncio.sleep(0.1)
    assert (paused.ended, len(upgrades.begun)) == (AT_ONCE, AT_ONCE)
    await town.platform.db.write(rollouts.go_on, SERVER)
    assert (await until(town, "done")).upgraded == 4


async def test_what_fails_unexpectedly_is_noted_and_stops_nobody_else(town: Town, upgrades: Upgrades) -> None:
    await fleet(town, asleep=2)

    async def what(workspace_id: str) -> Outcome:
        if workspace_id == upgrades.begun[0]:
            raise RuntimeError("never seen before")
        return Outcome("upgraded")

    upgrades.what = what
    await town.platform.db.write(rollouts.begin, NEW, SERVER)
    done = await until(town, "done")
    assert (done.upgraded, done.failed) == (1, 1)


async def test_the_next_control_plane_goes_on_where_the_last_was_cut_off(town: Town, upgrades: Upgrades) -> None:
    await fleet(town, asleep=3)
    never = asyncio.Event()

    async def what(workspace_id: str) -> Outcome:
        await never.wait()
        return Outcome("upgraded")

    upgrades.what = what
    await town.platform.db.write(rollouts.begin, NEW, SERVER)
    async with asyncio.timeout(20):
        while len(upgrades.begun) < AT_ONCE:
            await asyncio.sleep(0.01)
    await town.platform.rolling_out.stop()
    successor = RollingOut(town.platform.db, Upgrades(town.platform))  # type: ignore[arg-type]
    town.platform.__dict__["rolling_out"] = successor
    successor.start()
    assert (await until(town, "done")).upgraded == 3
    await successor.stop()


async def test_there_is_one_rollout_at_a_time_and_none_without_a_newer_image(town: Town) -> None:
    write = town.platform.db.write
    for images in ((), OLD):
        with pytest.raises(Conflict, match="newest image already"):
            await write(rollouts.begin, images, SERVER)
    await fleet(town, asleep=1)
    with pytest.raises(Conflict, match="No upgrade"):
        await write(rollouts.pause, SERVER)
    await write(rollouts.begin, NEW, SERVER)
    with pytest.raises(Conflict, match="under way already"):
        await write(rollouts.begin, NEW, SERVER)
    with pytest.raises(Conflict, match="runs already"):
        await write(rollouts.go_on, SERVER)
    await write(rollouts.pause, SERVER)
    with pytest.raises(Conflict, match="does not run"):
        await write(rollouts.pause, SERVER)
    await write(rollouts.stop, SERVER)
    left = [event.action for event in await town.platform.db.read(events.found, events.Sought(), 9)]
    assert left[:3] == ["Stopped an upgrade", "Paused an upgrade", "Began an upgrade"]


async def test_who_is_not_open_or_was_never_started_is_not_in_it(town: Town) -> None:
    _, suspended, _ = await fleet(town, asleep=3)
    await town.create("newcomer")
    await town.platform.db.write(_suspend, suspended.id)
    await town.platform.db.write(rollouts.begin, NEW, SERVER)
    assert (await rollout_of(town)).total == 2


async def test_a_fleet_of_processes_is_upgraded_for_real(town: Town) -> None:
    runtime = town.platform.runtime
    assert isinstance(runtime, ReleasedRuntime)
    made = [await town.create("acorn"), await town.create("birch")]
    await town.settle()
    for each in made:
        await town.answering(each.id)
    await town.platform.waking.sleep(made[1].id)
    runtime.releases = ["new", "old"]
    await town.platform.db.write(rollouts.begin, await runtime.images(), SERVER)
    town.platform.rolling_out.start()
    assert (await until(town, "done")).upgraded == 2
    assert {(await town.workspace(each.id)).image for each in made} == {"new"}
    await town.answering(made[0].id)
    assert await town.pids(made[1].id) == []


def _suspend(connection: Connection, workspace_id: str) -> None:
    connection.execute(text("UPDATE workspaces SET wanted = 'suspended' WHERE id = :id"), {"id": workspace_id})
