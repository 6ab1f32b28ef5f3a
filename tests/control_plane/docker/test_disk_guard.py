"""A workspace that fills the disk of all."""

import asyncio
import os
import time
from collections.abc import Iterator

import pytest

from control_plane.runtimes.dialling import answers
from control_plane.runtimes.room import SHORT, room_in
from tests.control_plane.docker.conftest import Harbour, docker, made_volume
from tests.control_plane.runtimes.conftest import PATIENCE
from trulybot.kit.texts import told

pytestmark = pytest.mark.container

DISK = ("--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=640m")
ALREADY_THERE = 500 * 2**20  # which is nobody's
# 50 MB a second, and not even where a workspace's data belongs.
WRITER = """
import time
with open('/run/trulybot/fat', 'wb', 0) as file:
    while True:
        file.write(bytes(5_000_000))
        time.sleep(0.1)
"""


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


async def test_who_fills_the_disk_is_stopped_before_it_is_full(town: Harbour) -> None:
    platform, root = town.platform, town.platform.settings.root
    acorn, birch = await town.started("acorn"), await town.started("birch")
    with (root / "filler").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, ALREADY_THERE)
    assert room_in(root) > SHORT
    platform.guarding.start()
    watching = asyncio.create_task(_watched(town, acorn.id))
    docker("exec", "--detach", town.container(acorn.id), "/usr/bin/python3", "-c", WRITER)
    least, seconds = await watching
    await platform.guarding.stop()
    print(f"{least:.0%} of the reserve was left at the least; stopped {seconds:.2f} s after it was touched")
    assert least > 0.05
    assert await answers(platform.folders.socket(birch.id)) and (await town.workspace(birch.id)).state == "awake"
    assert "this one takes most of it" in told((await town.workspace(acorn.id)).reason)


async def _watched(town: Harbour, workspace_id: str) -> tuple[float, float]:
    """The least room there was until the workspace was stopped, and how long after the reserve was touched that was."""
    root, least, touched_at = town.platform.settings.root, SHORT, 0.0
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(_runs, town.container(workspace_id)):
            if (room := room_in(root)) < least:
                least, touched_at = room, touched_at or time.monotonic()
            await asyncio.sleep(0.02)
    assert touched_at, "it was stopped before there was any need to"
    return min(least, room_in(root)), time.monotonic() - touched_at


def _runs(container: str) -> bool:
    return docker("inspect", "--format", "{{.State.Running}}", container) == "true"
