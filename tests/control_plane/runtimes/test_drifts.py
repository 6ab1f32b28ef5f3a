"""Whatever comes to differ from what is wanted is mended soon by converge, which runs by itself here."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import Connection, text

from control_plane.runtimes.dialling import answers
from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from tests.control_plane.runtimes.conftest import PATIENCE, Town
from trulybot.contract import GIVEN, TOKEN
from trulybot.kit.security import hashed

SOON = 10  # seconds

Drift = Callable[[Town, Workspace], Awaitable[object]]


async def _kill(town: Town, workspace: Workspace) -> None:
    await town.kill(workspace.id)


async def _ask_for_another_version(town: Town, workspace: Workspace) -> None:
    await town.platform.db.write(_set_plan, workspace.id, "team")


async def _lose_the_name(town: Town, _: Workspace) -> None:
    (town.platform.folders.names / "acorn").unlink()


async def _lead_the_name_astray(town: Town, workspace: Workspace) -> None:
    await _lose_the_name(town, workspace)
    (town.platform.folders.names / "acorn").symlink_to("../run/w0")


async def _leave_an_old_name(town: Town, workspace: Workspace) -> None:
    (town.platform.folders.names / "oak-tree").symlink_to(f"../run/{workspace.id}")


async def _lose_the_token(town: Town, workspace: Workspace) -> None:
    (town.platform.folders.given(workspace.id) / TOKEN).unlink()


async def _exchange_the_token(town: Town, workspace: Workspace) -> None:
    (town.platform.folders.given(workspace.id) / TOKEN).write_text("of nobody")


async def _lose_what_was_given(town: Town, workspace: Workspace) -> None:
    (town.platform.folders.given(workspace.id) / GIVEN).unlink()


async def _change_what_was_given(town: Town, workspace: Workspace) -> None:
    (town.platform.folders.given(workspace.id) / GIVEN).write_text("{}")


@pytest.mark.parametrize("drift", [_kill, _ask_for_another_version])
async def test_a_process_that_is_not_the_wanted_one_is_replaced_soon(town: Town, drift: Drift) -> None:
    workspace = await _running(town)
    before = await town.pids(workspace.id)
    await drift(town, workspace)

    async def is_mended() -> bool:
        pids = await town.pids(workspace.id)
        return len(pids) == 1 and pids != before and await answers(town.platform.folders.socket(workspace.id))

    await _soon(is_mended)


@pytest.mark.parametrize(
    "drift",
    [
        _lose_the_name,
        _lead_the_name_astray,
        _leave_an_old_name,
        _lose_the_token,
        _exchange_the_token,
        _lose_what_was_given,
        _change_what_was_given,
    ],
)
async def test_a_file_that_is_not_as_it_is_wanted_is_mended_soon(town: Town, drift: Drift) -> None:
    workspace = await _running(town)
    told, pids = _told(town, workspace), await town.pids(workspace.id)
    await drift(town, workspace)

    async def is_mended() -> bool:
        names_are = _names(town) == {"acorn": f"../run/{workspace.id}"}
        return names_are and _told(town, workspace) == told and await _knows_its_token(town, workspace)

    await _soon(is_mended)
    assert await town.pids(workspace.id) == pids


async def test_a_socket_that_nobody_serves_is_put_away_soon(town: Town) -> None:
    workspace = await _running(town)
    await town.platform.waking.sleep(workspace.id)
    path = town.platform.folders.socket(workspace.id)
    with socket.socket(socket.AF_UNIX) as stray:
        stray.bind(str(path))

    async def is_mended() -> bool:
        return not path.exists()

    await _soon(is_mended)


async def _running(town: Town) -> Workspace:
    workspace = await town.create("acorn")
    town.platform.converging.start()
    async with asyncio.timeout(PATIENCE):
        while not (await _knows_its_token(town, workspace) and "acorn" in _names(town)):
            await asyncio.sleep(0.02)
    await town.answering(workspace.id)
    return workspace


async def _soon(is_mended: Callable[[], Awaitable[bool]]) -> None:
    began = time.monotonic()
    while not await is_mended():
        assert time.monotonic() - began < SOON, "it still differs from what is wanted"
        await asyncio.sleep(0.02)


def _names(town: Town) -> dict[str, str]:
    folder = town.platform.folders.names
    return {name: os.readlink(folder / name) for name in os.listdir(folder)} if folder.exists() else {}


def _told(town: Town, workspace: Workspace) -> str:
    given = town.platform.folders.given(workspace.id) / GIVEN
    return given.read_text() if given.exists() else ""


async def _knows_its_token(town: Town, workspace: Workspace) -> bool:
    try:
        token = (town.platform.folders.given(workspace.id) / TOKEN).read_text()
    except FileNotFoundError:
        return False
    return await town.platform.db.read(queries.token_hashes, workspace.id) == [hashed(token)]


def _set_plan(connection: Connection, workspace_id: str, plan: str) -> None:
    connection.execute(text("UPDATE workspaces SET plan = :plan WHERE id = :id"), {"plan": plan, "id": workspace_id})
