"""A control plane that is killed at its n-th step: run as `python -m tests.control_plane.runtimes.crashing`.

A step is the moment before or after a commit, or before or after a call of the runtime. Exits with 0 if it came to the
end of what it was to do before that.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any

from control_plane.platform import MIGRATIONS, Platform
from control_plane.runtimes.runtime import Found, Runtime
from control_plane.settings import Settings, settings_from
from control_plane.spec import Spec
from control_plane.workspaces import closing, queries, suspending
from control_plane.workspaces.models import Workspace
from tests.control_plane.runtimes.conftest import create
from tests.control_plane.runtimes.releases import ReleasedPlatform
from trulybot.contract import Job
from trulybot.kit.database import Database
from trulybot.kit.events import SERVER
from trulybot.kit.migrate import migrate

UPGRADES = {"upgrade": "new", "roll back": "mute"}  # and the image that leads to it


class Fuse:
    def __init__(self, steps: int) -> None:
        self._left = steps

    def step(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    async def around(self, work: Awaitable[Any]) -> Any:
        self.step()
        result = await work
        self.step()
        return result


class CrashingDatabase(Database):
    fuse: Fuse

    async def write(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self.fuse.around(super().write(work, *args, **kwargs))


class CrashingRuntime:
    def __init__(self, runtime: Runtime, fuse: Fuse) -> None:
        self._runtime = runtime
        self._fuse = fuse

    async def observe(self) -> dict[str, list[Found]]:
        return await self._runtime.observe()

    async def start(self, spec: Spec) -> None:
        await self._fuse.around(self._runtime.start(spec))

    async def stop(self, workspace: str, at_once: bool = False) -> None:
        await self._fuse.around(self._runtime.stop(workspace, at_once))

    async def remove(self, workspace: str) -> None:
        await self._fuse.around(self._runtime.remove(workspace))

    async def logs(self, workspace: str, most_bytes: int) -> str:
        return await self._runtime.logs(workspace, most_bytes)

    async def images(self) -> tuple[str, ...]:
        return await self._runtime.images()

    async def run_once(self, spec: Spec, job: Job) -> str:
        printed: str = await self._fuse.around(self._runtime.run_once(spec, job))
        return printed

    async def close(self) -> None:
        await self._runtime.close()

    def uid_of(self, workspace: str) -> int | None:
        return self._runtime.uid_of(workspace)

    async def size(self, workspace: str) -> int:
        return await self._runtime.size(workspace)


class CrashingPlatform(Platform):
    fuse: Fuse

    @cached_property
    def runtime(self) -> Runtime:
        return CrashingRuntime(super().runtime, self.fuse)


class CrashingReleasedPlatform(CrashingPlatform, ReleasedPlatform):
    pass


async def do(settings: Settings, verb: str, steps: int) -> None:
    migrate(settings.database, MIGRATIONS)
    db = CrashingDatabase(settings.database)
    kind = CrashingReleasedPlatform if verb in UPGRADES else CrashingPlatform
    platform = kind(settings, db, asyncio.Event())
    platform.passes_key  # noqa: B018 - made before the first step
    db.fuse = platform.fuse = Fuse(steps)
    await _ask_for(platform, verb)
    while await platform.converging.once():
        await platform.converging.finish()
    db.close()


async def _ask_for(platform: Platform, verb: str) -> None:
    match verb:
        case "create":
            if await platform.db.read(queries.workspace_with, "acorn") is None:
                await platform.db.write(create, "acorn")
        case "suspend":
            await platform.db.write(suspending.suspend, await _acorn(platform), "Unpaid.", SERVER)
        case "resume":
            await platform.db.write(suspending.resume, await _acorn(platform), SERVER)
        case "close":
            await platform.db.write(closing.close, await _acorn(platform), SERVER)
        case "upgrade" | "roll back":
            await platform.upgrading.upgrade((await _acorn(platform)).id, UPGRADES[verb])


async def _acorn(platform: Platform) -> Workspace:
    found = await platform.db.read(queries.workspace_with, "acorn")
    assert found is not None
    return found


if __name__ == "__main__":
    asyncio.run(do(settings_from(), sys.argv[1], int(sys.argv[2])))
