"""`trulybot-control serve` as a process: how it ends, what outlives it, and that there is one of it."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from control_plane.commands.bringing_about import bring_about
from control_plane.platform import Platform, written
from control_plane.runtimes.dialling import answers
from control_plane.settings import Settings
from control_plane.workspaces import queries
from tests.control_plane.runtimes.conftest import PATIENCE, Town, create
from trulybot.kit import server


class Control:
    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "control_plane", "serve"]
        where = ["--root", str(folder / "root"), "--control", str(folder / "control")]
        self.process = subprocess.Popen([*command, *where], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait_until_up(self, settings: Settings) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            if settings.web_socket.is_socket() and settings.doorman_socket.is_socket():
                return
            time.sleep(0.05)
        self.process.kill()
        raise AssertionError(self.process.communicate())

    def end(self, number: int = signal.SIGTERM) -> float:
        """How many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.communicate(timeout=PATIENCE)
        return time.monotonic() - began


@pytest.fixture
def control(folder: Path, settings: Settings) -> Iterator[Control]:
    serving = Control(folder)
    serving.wait_until_up(settings)
    yield serving
    if serving.process.poll() is None:
        serving.end(signal.SIGKILL)


def test_a_second_control_plane_of_the_same_folders_refuses_to_start(control: Control, folder: Path) -> None:
    second = Control(folder)
    _, said = second.process.communicate(timeout=PATIENCE)
    assert second.process.returncode == 1
    assert "Another TrulyBot is already serving" in said
    assert control.process.poll() is None


@pytest.mark.parametrize("folder_held", ["root", "control"])
async def test_a_command_does_nothing_itself_while_somebody_holds_one_of_the_folders(
    platform: Platform, town: Town, settings: Settings, folder: Path, folder_held: str
) -> None:
    workspace = await town.create("acorn")
    with server.lock(folder / folder_held):
        await bring_about(settings, _at_once)
        assert await town.pids(workspace.id) == []
    await bring_about(settings, _at_once)
    assert len(await town.pids(workspace.id)) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the limits of another process cannot be read")
def test_it_may_have_open_what_the_machine_allows(folder: Path, settings: Settings) -> None:
    given, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(given, 1024), most))
    try:
        control = Control(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (given, most))
    control.wait_until_up(settings)
    assert resource.prlimit(control.process.pid, resource.RLIMIT_NOFILE) == (most, most)
    control.end()


async def test_workspaces_outlive_it_and_the_next_one_finds_them(
    control: Control, folder: Path, settings: Settings, platform: Platform, town: Town
) -> None:
    workspace = await platform.db.write(create, "acorn")
    await town.answering(workspace.id)
    before = await town.pids(workspace.id)
    control.end(signal.SIGKILL)
    assert await answers(platform.folders.socket(workspace.id))
    second = Control(folder)
    try:
        second.wait_until_up(settings)
        await town.settle()
        assert await town.pids(workspace.id) == before
    finally:
        second.end()


async def test_it_ends_soon_though_a_workspace_is_just_starting(
    control: Control, platform: Platform, town: Town
) -> None:
    workspace = await platform.db.write(create, "acorn")
    until = time.monotonic() + PATIENCE
    while not await town.pids(workspace.id):
        assert time.monotonic() < until
    for pid in await town.pids(workspace.id):
        os.kill(pid, signal.SIGSTOP)  # so that it never answers
    try:
        assert control.end() < PATIENCE / 4
    finally:
        for pid in await town.pids(workspace.id):
            os.kill(pid, signal.SIGCONT)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
async def test_a_full_disk_stops_no_other_workspace_and_is_survived(folder: Path, settings: Settings) -> None:
    """ROOT is 24 MB: room for one workspace, and then for nothing."""
    settings.root.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", settings.root], check=True)
    platform = Platform.open(settings)
    town = Town(platform)
    try:
        well = await town.create("acorn")
        await town.settle()
        filler = settings.root / "filler"
        _fill(filler)
        starved = await town.create("oak-tree")
        await platform.converging.once()
        await platform.converging.finish()
        assert await answers(platform.folders.socket(well.id))
        assert not await answers(platform.folders.socket(starved.id))
        filler.unlink()
        written(settings, queries.forget_failures, starved.id)
        await town.settle()
        await town.answering(starved.id)
    finally:
        await platform.converging.finish()
        for workspace in await platform.runtime.observe():
            await platform.runtime.stop(workspace)
        await platform.close()
        subprocess.run(["umount", settings.root], check=True)


async def _at_once(_: Platform) -> bool:
    return True


def _fill(filler: Path) -> None:
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
