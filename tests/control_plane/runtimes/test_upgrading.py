"""One workspace is given another image: it has it, or everything is as it was."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import psutil
import pytest
from sqlalchemy import Connection, text

from control_plane.platform import Platform
from control_plane.runtimes.dialling import answers
from control_plane.runtimes.spec import spec_of
from control_plane.runtimes.starting import DidNotStart
from control_plane.settings import Settings
from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from tests.control_plane.runtimes.conftest import Town, opened
from tests.control_plane.runtimes.releases import ReleasedPlatform
from tests.living import command_of, lives
from trulybot.kit import sqlite


@pytest.fixture
async def platform(settings: Settings) -> AsyncIterator[Platform]:
    async with opened(ReleasedPlatform.open(settings)) as platform:
        yield platform


@pytest.fixture
async def acorn(town: Town) -> Workspace:
    """Awake, with the image `old`."""
    workspace = await town.create()
    await town.settle()
    await town.answering(workspace.id)
    write_down(town, workspace.id, "Acorn")
    return await town.workspace(workspace.id)


def write_down(town: Town, workspace_id: str, title: str) -> None:
    """What somebody tells a workspace that serves."""
    connection = sqlite.connect(town.platform.folders.data(workspace_id) / "trulybot.db")
    connection.execute("INSERT INTO sources (id, kind, title, created_at) VALUES (?, 'text', ?, 1)", (title, title))
    connection.close()


def known(town: Town, workspace_id: str) -> list[str]:
    connection = sqlite.connect(town.platform.folders.data(workspace_id) / "trulybot.db")
    found = [title for (title,) in connection.execute("SELECT title FROM sources ORDER BY id")]
    connection.close()
    return found


def names(town: Town) -> list[str]:
    return sorted(entry.name for entry in town.platform.folders.names.iterdir())


async def assert_as_before(town: Town, before: Workspace) -> None:
    now = await town.workspace(before.id)
    assert (now.image, now.upgrading, now.image_before) == ("old", None, None)
    assert (now.is_awake, now.failures) == (before.is_awake, 0)
    assert names(town) == ["acorn"]


async def test_an_awake_workspace_serves_with_the_new_image_and_all_it_knows(town: Town, acorn: Workspace) -> None:
    before = await town.pids(acorn.id)
    write_down(town, acorn.id, "Latest")
    outcome = await town.platform.upgrading.upgrade(acorn.id, "new")
    assert outcome.result == "upgraded", outcome
    assert await answers(town.platform.folders.names / "acorn" / "app.sock")
    assert known(town, acorn.id) == ["Acorn (new)", "Latest (new)"]
    now = await town.workspace(acorn.id)
    assert (now.image, now.upgrading, now.image_before, now.is_awake) == ("new", None, None, True)
    assert await town.pids(acorn.id) != before
    assert await town.platform.converging.once() == 0


async def test_a_sleeping_workspace_sleeps_on_with_the_new_image(town: Town, acorn: Workspace) -> None:
    await town.platform.waking.sleep(acorn.id)
    assert (await town.platform.upgrading.upgrade(acorn.id, "new")).result == "upgraded"
    assert await town.pids(acorn.id) == []
    assert known(town, acorn.id) == ["Acorn (new)"]
    await town.platform.waking.wake(acorn.id)
    assert (await town.workspace(acorn.id)).image == "new"
    await town.answering(acorn.id)


async def test_where_the_data_cannot_be_brought_up_to_date_nothing_is_touched(town: Town, acorn: Workspace) -> None:
    before = await town.pids(acorn.id)
    outcome = await town.platform.upgrading.upgrade(acorn.id, "broken")
    assert outcome.result == "refused"
    assert "migrate" in outcome.reason
    assert await town.pids(acorn.id) == before
    assert known(town, acorn.id) == ["Acorn"]
    await assert_as_before(town, acorn)


@pytest.mark.parametrize(("image", "why"), [("ends", "ended as soon as it was started"), ("mute", "does not answer")])
@pytest.mark.parametrize("is_awake", [True, False])
async def test_an_image_that_does_not_prove_itself_is_taken_back_with_the_data_of_the_last_second(
    town: Town, acorn: Workspace, image: str, why: str, is_awake: bool
) -> None:
    write_down(town, acorn.id, "Latest")
    if not is_awake:
        await town.platform.waking.sleep(acorn.id)
    before = await town.workspace(acorn.id)
    outcome = await town.platform.upgrading.upgrade(acorn.id, image)
    assert outcome.result == "rolled back"
    assert why in outcome.reason
    assert known(town, acorn.id) == ["Acorn", "Latest"]
    await assert_as_before(town, before)
    assert await answers(town.platform.folders.names / "acorn" / "app.sock") == is_awake
    assert await town.platform.converging.once() == 0


async def test_nobody_is_led_to_what_is_not_proved(town: Town, acorn: Workspace) -> None:
    upgrading = asyncio.create_task(town.platform.upgrading.upgrade(acorn.id, "mute"))
    seen = set()
    while not upgrading.done():
        state = (await town.workspace(acorn.id)).upgrading
        if state == "proving":
            await town.platform.converging.once()  # which leaves it alone
            seen.add((await answers(town.platform.folders.socket(acorn.id)), *names(town)))
        await asyncio.sleep(0.01)
    assert (True,) in seen, "it never answered before it was proved"
    assert (True, "acorn") not in seen
    assert names(town) == ["acorn"]


async def test_who_comes_meanwhile_waits_and_finds_it_awake(town: Town, acorn: Workspace) -> None:
    upgrading = asyncio.create_task(town.platform.upgrading.upgrade(acorn.id, "new"))
    while names(town):
        assert not upgrading.done(), upgrading.result()
        await asyncio.sleep(0.01)
    await town.platform.waking.wake(acorn.id)
    assert await answers(town.platform.folders.names / "acorn" / "app.sock")
    assert (await upgrading).result == "upgraded"
    assert (await town.workspace(acorn.id)).image == "new"


async def test_one_that_was_given_up_may_be_cured_by_it(town: Town, acorn: Workspace) -> None:
    await town.platform.runtime.stop(acorn.id)
    for _ in range(5):
        await town.platform.db.write(queries.note_failure, acorn.id)
    assert (await town.workspace(acorn.id)).is_broken
    assert (await town.platform.upgrading.upgrade(acorn.id, "new")).result == "upgraded"
    assert (await town.workspace(acorn.id)).state == "awake"
    await town.answering(acorn.id)


@pytest.mark.parametrize("wanted", ["suspended", "erased"])
async def test_one_that_is_not_open_is_left(town: Town, acorn: Workspace, wanted: str) -> None:
    await town.platform.db.write(_want, acorn.id, wanted)
    assert (await town.platform.upgrading.upgrade(acorn.id, "new")).result == "left"
    assert known(town, acorn.id) == ["Acorn"]


async def test_what_cannot_be_restored_yet_is_tried_again_and_leads_nowhere(town: Town, acorn: Workspace) -> None:
    """Its backup is not there; once it is, all is well again."""
    data = town.platform.folders.data(acorn.id)
    await town.platform.runtime.stop(acorn.id)
    await town.platform.db.write(_cut_off, acorn.id, "restoring", "new", "old")
    await town.settle()
    found = await town.workspace(acorn.id)
    assert (found.upgrading, found.failures, names(town)) == ("restoring", 1, [])
    (data / "backups").mkdir()
    (data / "backups" / "before-upgrade.db").write_bytes((data / "trulybot.db").read_bytes())
    await town.platform.db.write(queries.forget_failures, acorn.id)
    await town.settle()
    await assert_as_before(town, acorn)
    assert known(town, acorn.id) == ["Acorn"]


async def test_who_comes_after_it_was_cut_off_is_asked_to_wait(town: Town, acorn: Workspace) -> None:
    """And does not start what nobody has proved."""
    await town.platform.waking.sleep(acorn.id)
    await town.platform.db.write(_cut_off, acorn.id, "proving", "new", "old")
    with pytest.raises(DidNotStart):
        await town.platform.waking.wake(acorn.id)
    assert await town.pids(acorn.id) == []


async def test_a_job_ends_with_whoever_waits_for_it(town: Town, acorn: Workspace) -> None:
    """Or it might be at work on the data beside the next."""
    mute = msgspec.structs.replace(spec_of(acorn), image="mute")
    waiting = asyncio.create_task(town.platform.runtime.run_once(mute, "check"))
    while not (jobs := _jobs(acorn.id)):
        assert not waiting.done()
        await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert not any(lives(job) for job in jobs)


async def test_a_step_that_was_seen_before_an_upgrade_is_not_taken_after_it(town: Town, acorn: Workspace) -> None:
    """Converge saw it with its old image, and comes to its turn when all is done."""
    await town.platform.upgrading.upgrade(acorn.id, "new")
    before = await town.pids(acorn.id)
    await town.platform.converging._take(acorn, "stop")
    assert await town.pids(acorn.id) == before
    await town.platform.converging._take(await town.workspace(acorn.id), "stop")
    assert await town.pids(acorn.id) == []


def _jobs(workspace_id: str) -> list[psutil.Process]:
    """Those of our children that do a job of this workspace."""
    children = [(each, command_of(each).split()) for each in psutil.Process().children()]
    return [each for each, words in children if "job" in words and words[-1].endswith(workspace_id)]


def _want(connection: Connection, workspace_id: str, wanted: str) -> None:
    sql = "UPDATE workspaces SET wanted = :wanted WHERE id = :id"
    connection.execute(text(sql), {"wanted": wanted, "id": workspace_id})


def _cut_off(connection: Connection, workspace_id: str, upgrading: str, image: str, before: str) -> None:
    sql = "UPDATE workspaces SET upgrading = :upgrading, image = :image, image_before = :before WHERE id = :id"
    values = {"upgrading": upgrading, "image": image, "before": before, "id": workspace_id}
    connection.execute(text(sql), values)
