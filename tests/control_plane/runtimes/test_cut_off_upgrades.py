"""The control plane is killed before and after every commit and every call of the runtime while it upgrades."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from control_plane.platform import Platform
from control_plane.settings import Settings
from tests.control_plane.runtimes.conftest import Town, opened
from tests.control_plane.runtimes.releases import ReleasedPlatform
from tests.control_plane.runtimes.test_crashes import killed_after
from tests.control_plane.runtimes.test_upgrading import known, names, write_down

MOST_STEPS = 60
EVERY = 2  # steps, of which the one verb takes the odd and the other the even: each costs several seconds
RESULTS = {"upgrade": ({"old", "new"}, "new"), "roll back": ({"old"}, "old")}


@pytest.fixture
async def platform(settings: Settings) -> AsyncIterator[Platform]:
    async with opened(ReleasedPlatform.open(settings)) as platform:
        yield platform


@pytest.mark.parametrize("verb", ["upgrade", "roll back"])
async def test_an_upgrade_that_was_cut_off_is_finished_or_taken_back_by_the_next(
    platform: Platform, town: Town, settings: Settings, folder: Path, verb: str
) -> None:
    acorn = await town.create()
    await town.settle()
    await town.answering(acorn.id)
    write_down(town, acorn.id, "Acorn")
    possible, last = RESULTS[verb]
    for steps in range(1 if verb == "upgrade" else 2, MOST_STEPS, EVERY):
        was_killed = killed_after(folder, verb, steps)
        await town.settle()
        found = await town.workspace(acorn.id)
        assert (found.upgrading, found.image_before, found.failures) == (None, None, 0), steps
        assert found.image in (possible if was_killed else {last}), steps
        assert known(town, acorn.id) == ["Acorn" if found.image == "old" else "Acorn (new)"], steps
        assert names(town) == ["acorn"], steps
        assert len(await town.pids(acorn.id)) == 1, steps
        await town.answering(acorn.id)
        if not was_killed:
            assert steps > 15, "it was hardly cut off at all"
            return
        await _as_before(town, acorn.id)
    raise AssertionError("it never came to its end")


async def _as_before(town: Town, workspace_id: str) -> None:
    """With its old image, and what that knew."""
    if (await town.workspace(workspace_id)).image == "old":
        return
    await town.platform.runtime.stop(workspace_id)
    backup = town.platform.folders.data(workspace_id) / "backups" / "before-upgrade.db"
    (town.platform.folders.data(workspace_id) / "trulybot.db").write_bytes(backup.read_bytes())
    await town.platform.db.write(_give, workspace_id)
    await town.settle()
    await town.answering(workspace_id)


def _give(connection: Connection, workspace_id: str) -> None:
    connection.execute(text("UPDATE workspaces SET image = 'old' WHERE id = :id"), {"id": workspace_id})
