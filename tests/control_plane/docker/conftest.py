"""A platform whose workspaces are containers of the real engine, below a volume that is made for the test.

The warden is a process of its own, as it is in production; the control plane is in the test itself.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from control_plane.platform import Platform
from control_plane.runtimes.dialling import is_served
from control_plane.settings import Settings
from control_plane.warden.template import INSTANCE, Place, name_of
from control_plane.workspaces.models import Workspace
from tests.container.conftest import image  # noqa: F401 - a fixture
from tests.control_plane.runtimes.conftest import PATIENCE, Town
from trulybot.contract import PREFIX

NUMBERS = count(1)
PASSED_ON = ("root", "control", "runtime", "volume", "docker", "port", "log_level")


def docker(*command: str, check: bool = True) -> str:
    """What the command line of Docker prints."""
    ran = subprocess.run(["docker", *command], capture_output=True, text=True, timeout=120)
    assert not check or ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def inspected(container: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(docker("inspect", container))[0]
    return found


class RoleProcess:
    """`trulybot-control ROLE`, which may be killed and started again. It is up once it serves its sockets."""

    def __init__(self, settings: Settings, role: str, *sockets: Path) -> None:
        self.settings = settings
        self.role = role
        self.sockets = sockets
        self.log = settings.control.parent / f"{role}.log"
        self.start()

    def start(self) -> None:
        given = {PREFIX + name: value for name, value in named(self.settings).items()}
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "control_plane", self.role],
                env={**os.environ, **given},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + PATIENCE
        while not all(is_served(socket) for socket in self.sockets):
            assert self.process.poll() is None and time.monotonic() < until, self.log.read_text()
            time.sleep(0.02)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)


def named(settings: Settings) -> dict[str, str]:
    """As they stand in the environment, by their names without the prefix."""
    passed_on = {name.upper(): str(getattr(settings, name)) for name in PASSED_ON}
    return {**passed_on, "IMAGE": ",".join(settings.image)}


class WardenProcess(RoleProcess):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, "warden", settings.warden_socket)


@contextmanager
def made_volume(*options: str) -> Iterator[str]:
    """The name of a volume, which is the mark of all that the test makes too: that goes with it, and nothing else."""
    name = f"tb{os.getpid()}n{next(NUMBERS)}"
    docker("volume", "create", *options, name)
    try:
        yield name
    finally:
        if left := docker("ps", "--all", "--quiet", "--filter", f"label={INSTANCE}={name}").split():
            docker("rm", "--force", *left)
        docker("volume", "rm", "--force", name)
        if kept := docker("images", "--format", "{{.Repository}}:{{.Tag}}", f"{name}-images").split():
            docker("image", "rm", *kept)


@contextmanager
def settings_for(volume: str, image: str) -> Iterator[Settings]:  # noqa: F811
    """`root` is where Docker keeps the volume: this test is on Docker's own host, and is root."""
    folder = Path(tempfile.mkdtemp(prefix="tb"))
    root = Path(docker("volume", "inspect", "--format", "{{.Mountpoint}}", volume))
    yield Settings(root=root, control=folder / "control", runtime="docker", volume=volume, image=(image,))
    shutil.rmtree(folder)


@contextmanager
def running_warden(settings: Settings) -> Iterator[WardenProcess]:
    process = WardenProcess(settings)
    try:
        yield process
    finally:
        process.stop()
        print(process.log.read_text())


@pytest.fixture
def volume() -> Iterator[str]:
    with made_volume() as name:
        yield name


@pytest.fixture
def settings(volume: str, image: str) -> Iterator[Settings]:  # noqa: F811
    with settings_for(volume, image) as settings:
        yield settings


@pytest.fixture
def warden(settings: Settings) -> Iterator[WardenProcess]:
    with running_warden(settings) as process:
        yield process


@dataclass(frozen=True)
class Standing:
    """Two workspaces that answer, for tests that only look. Nothing converges them, and no gateway serves."""

    settings: Settings
    warden: WardenProcess
    acorn: Workspace
    birch: Workspace

    @property
    def place(self) -> Place:
        return Place(self.settings.volume, self.settings.volume)


@pytest.fixture(scope="module")
def standing(image: str) -> Iterator[Standing]:  # noqa: F811
    with made_volume() as volume, settings_for(volume, image) as settings, running_warden(settings) as warden:
        yield Standing(settings, warden, *asyncio.run(_two_workspaces(settings)))


@pytest.fixture
async def platform(settings: Settings, warden: WardenProcess) -> AsyncIterator[Platform]:
    """Open, but nothing runs by itself: a test takes each step."""
    opened = Platform.open(settings)
    yield opened
    await opened.converging.finish()
    await opened.close()


class Harbour(Town):
    """A town of containers."""

    def container(self, workspace_id: str) -> str:
        return name_of(self.place, workspace_id)

    @property
    def place(self) -> Place:
        return Place(self.platform.settings.volume, self.platform.settings.volume)

    def inspected(self, workspace_id: str) -> dict[str, Any]:
        return inspected(self.container(workspace_id))

    def inside(self, workspace_id: str, *command: str) -> subprocess.CompletedProcess[str]:
        """`command` in its container, as its own user."""
        return subprocess.run(
            ["docker", "exec", self.container(workspace_id), *command], capture_output=True, text=True, timeout=PATIENCE
        )

    async def started(self, slug: str = "acorn") -> Workspace:
        workspace = await self.create(slug)
        await self.settle()
        await self.answering(workspace.id)
        return await self.workspace(workspace.id)


async def _two_workspaces(settings: Settings) -> list[Workspace]:
    platform = Platform.open(settings)
    started = [await Harbour(platform).started(slug) for slug in ("acorn", "birch")]
    await platform.converging.finish()
    await platform.close()
    return started


@pytest.fixture
def town(platform: Platform) -> Harbour:
    return Harbour(platform)


async def until(happens: Any, what: str, seconds: float = PATIENCE) -> None:
    """Waits for a condition, given as a coroutine function."""
    async with asyncio.timeout(seconds):
        while not await happens():
            await asyncio.sleep(0.05)


__all__ = ["Harbour", "RoleProcess", "Standing", "WardenProcess", "docker", "inspected", "until"]
