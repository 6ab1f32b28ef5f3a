"""A workspace that fills the disk of all."""

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from control_plane.runtimes.room import SHORT, room_in
from tests.control_plane.docker.conftest import Harbour, docker, made_volume
from tests.control_plane.runtimes.conftest import PATIENCE
from trulybot.kit.texts import told

pytestmark = pytest.mark.container

DISK = ("--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=640m")
ALREADY_THERE = 500 * 2**20  # which is nobody's
# 50 MB a second, and not even where a workspace's data belongs.
IN_SIGHT = """
import time
with open('/run/trulybot/fat', 'wb', 0) as file:
    while True:
        file.write(bytes(5_000_000))
        time.sleep(0.1)
"""
OUT_OF_SIGHT = IN_SIGHT.replace("    while", "    import os; os.unlink('/run/trulybot/fat')\n    while")


@pytest.fixture
def volume(image: str) -> Iterator[str]:
    """A disk in memory, which lasts for as long as a container of the test's own holds it."""
    with made_volume(*DISK) as name:
        held = ("--mount", f"source={name},target=/held", "--user", "0", "--network", "none")
        holder = docker("run", "--detach", *held, "--entrypoint", "sleep", image, "infinity")
        try:
            yield name
        finally:
            docker("rm", "--force", holder)


@pytest.mark.parametrize("writer", [IN_SIGHT, OUT_OF_SIGHT], ids=["in sight", "out of sight"])
async def test_who_fills_the_disk_is_stopped_before_it_is_full(town: Harbour, writer: str) -> None:
    platform, root = town.platform, town.platform.settings.root
    acorn, birch = await town.started("acorn"), await town.started("birch")
    _take_room(root / "filler", ALREADY_THERE)
    _take_room(platform.folders.data(birch.id) / "document", 20 * 2**20)
    assert room_in(root).left > SHORT
    platform.guarding.start()
    watching = asyncio.create_task(_watched(town, acorn.id))
    docker("exec", "--detach", town.container(acorn.id), "/usr/bin/python3", "-c", writer)
    least, seconds = await watching
    await platform.guarding.stop()
    print(f"{least:.0%} of the reserve was left at the least; stopped {seconds:.2f} s after it was touched")
    assert least > 0.05
    await town.settle()
    assert (await town.workspace(birch.id)).state == "awake"
    await town.answering(birch.id)
    assert "this workspace takes the most room" in told((await town.workspace(acorn.id)).reason)


def _take_room(path: Path, size: int) -> None:
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)


async def _watched(town: Harbour, workspace_id: str) -> tuple[float, float]:
    """The least room there was until it was suspended and stopped, and how long after the reserve was touched."""
    root, least, touched_at = town.platform.settings.root, SHORT, 0.0
    async with asyncio.timeout(PATIENCE):
        while (await town.workspace(workspace_id)).state != "suspended" or await town.pids(workspace_id):
            if (room := room_in(root).left) < least:
                least, touched_at = room, touched_at or time.monotonic()
            await asyncio.sleep(0.02)
    return least, time.monotonic() - touched_at
