"""A platform of real processes in a short folder: the paths of unix sockets may not be long."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from control_plane.platform import Platform
from control_plane.runtimes.dialling import answers
from control_plane.settings import Settings
from control_plane.workspaces import creating, queries
from control_plane.workspaces.models import Workspace
from trulybot.kit.events import SERVER

PATIENCE = 60  # seconds; only ever waited out by a test that fails


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="tb"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def settings(folder: Path) -> Settings:
    return Settings(root=folder / "root", control=folder / "control")


@pytest.fixture
async def platform(settings: Settings) -> AsyncIterator[Platform]:
    async with opened(Platform.open(settings)) as platform:
        yield platform


@asynccontextmanager
async def opened(platform: Platform) -> AsyncIterator[Platform]:
    """Open, but nothing runs by itself: a test takes each step."""
    yield platform
    await platform.rolling_out.stop()
    await platform.converging.finish()
    for workspace in await platform.runtime.observe():
        await platform.runtime.stop(workspace)
    await platform.close()


class Town:
    """What the tests do with a platform, and see of it."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    async def create(self, slug: str = "acorn") -> Workspace:
        return await self.platform.db.write(create, slug)

    async def workspace(self, workspace_id: str) -> Workspace:
        found = await self.platform.db.read(queries.workspace, workspace_id)
        assert found is not None
        return found

    async def settle(self) -> None:
        """Pass after pass, until one finds all well."""
        async with asyncio.timeout(PATIENCE):
            while await self.platform.converging.once():
                await self.platform.converging.finish()

    async def pids(self, workspace_id: str) -> list[int]:
        return [found.pid for found in (await self.platform.runtime.observe()).get(workspace_id, [])]

    async def answering(self, workspace_id: str) -> None:
        """It may have been started just now."""
        async with asyncio.timeout(PATIENCE):
            while not await answers(self.platform.folders.socket(workspace_id)):
                await asyncio.sleep(0.02)

    async def kill(self, workspace_id: str) -> int:
        """As the kernel does when memory is short; the pid of what is gone when this returns."""
        (pid,) = await self.pids(workspace_id)
        os.kill(pid, signal.SIGKILL)
        while await self.pids(workspace_id):
            await asyncio.sleep(0.01)
        return pid

    def log(self, workspace_id: str) -> str:
        return (self.platform.settings.control / "logs" / f"{workspace_id}.log").read_text()


@pytest.fixture
def town(platform: Platform) -> Town:
    return Town(platform)


def create(connection: Connection, slug: str) -> Workspace:
    sql = (
        "INSERT INTO accounts (email, password_hash, created_at) VALUES ('mira@acorn.example', '', 1) "
        "ON CONFLICT (email) DO UPDATE SET seen_at = 1 RETURNING id"
    )
    account_id: int = connection.execute(text(sql)).scalar_one()
    return creating.create(connection, account_id, slug.title(), slug, SERVER)
