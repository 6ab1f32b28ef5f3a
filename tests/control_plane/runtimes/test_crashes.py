"""The control plane is killed before and after every commit and every call of the runtime; the next one finishes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from control_plane.platform import Platform
from control_plane.settings import Settings
from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from tests.control_plane.runtimes.conftest import PATIENCE, Town
from trulybot.contract import PREFIX
from trulybot.kit.database import Database

MOST_STEPS = 40


@pytest.mark.parametrize("verb", ["create", "suspend", "resume", "close"])
async def test_whatever_it_was_cut_off_in_is_finished_by_the_next(
    platform: Platform, town: Town, settings: Settings, folder: Path, verb: str
) -> None:
    for steps in range(1, MOST_STEPS):
        await begin(town, verb)
        was_killed = killed_after(folder, verb, steps)
        workspace = await found(platform)
        await town.settle()
        if workspace is not None:
            await is_whole(town, await town.workspace(workspace.id))
        if not was_killed:
            assert steps > 4, "it was hardly cut off at all"
            return
    raise AssertionError("it never came to its end")


async def begin(town: Town, verb: str) -> None:
    """What the verb is to change, as if nothing had ever happened to it."""
    workspace = await found(town.platform)
    if verb == "create":
        if workspace is not None:
            await town.platform.db.write(_want, workspace.id, "erased")
        await town.settle()
    else:
        if workspace is None:
            workspace = await town.create("acorn")
            await town.settle()
            await town.answering(workspace.id)
        await town.platform.db.write(_want, workspace.id, "suspended" if verb == "resume" else "open")
        await town.settle()


async def is_whole(town: Town, workspace: Workspace) -> None:
    """All that there is of it says the same; nothing was lost."""
    folders, pids = town.platform.folders, await town.pids(workspace.id)
    assert [entry.name for entry in folders.names.iterdir()] == ["acorn"]
    assert (folders.given(workspace.id) / "token").exists()
    assert len(await town.platform.db.read(queries.token_hashes, workspace.id)) == 1
    if workspace.wanted == "open":
        assert len(pids) == 1
        await town.answering(workspace.id)
    else:
        assert pids == []
        assert (folders.data(workspace.id) / "trulybot.db").exists()


def killed_after(folder: Path, verb: str, steps: int) -> bool:
    """Whether the verb was cut off, and not done in fewer steps."""
    return killed_with({"ROOT": str(folder / "root"), "CONTROL": str(folder / "control")}, verb, steps)


def killed_with(settings: dict[str, str], verb: str, steps: int) -> bool:
    """`settings` as they stand in the environment, by their names without the prefix."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.control_plane.runtimes.crashing", verb, str(steps)],
        env={**os.environ, **{PREFIX + name: value for name, value in settings.items()}},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert run.returncode in (0, -9), run.stderr
    db = Database(Path(settings["CONTROL"]) / "control.db")
    db.write_now(queries.release_all)  # as its successor does when it starts
    db.close()
    return run.returncode == -9


async def found(platform: Platform) -> Workspace | None:
    return await platform.db.read(queries.workspace_with, "acorn")


def _want(connection: Connection, workspace_id: str, wanted: str) -> None:
    sql = "UPDATE workspaces SET wanted = :wanted, reason = :reason, erase_at = NULL, failures = 0 WHERE id = :id"
    reason = "Unpaid." if wanted == "suspended" else ""
    connection.execute(text(sql), {"wanted": wanted, "reason": reason, "id": workspace_id})
