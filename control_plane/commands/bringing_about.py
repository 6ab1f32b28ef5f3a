"""A command writes what is wanted. The server that holds the folders makes it so; without one, the command does."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from control_plane.platform import Platform
from control_plane.settings import Settings
from control_plane.workspaces import queries
from trulybot.kit import server
from trulybot.kit.errors import Unavailable

SECONDS = 90.0
LOOK_EVERY = 0.1

Reached = Callable[[Platform], Awaitable[bool]]


async def bring_about(settings: Settings, reached: Reached) -> None:
    """Returns when `reached`; raises Unavailable when it takes too long."""
    platform = Platform.open(settings)
    try:
        with ExitStack() as held:
            if await takes_the_folders(platform, held):
                await _converge(platform)
            await _wait(platform, reached)
    finally:
        await platform.converging.stop()
        platform.db.close()


async def takes_the_folders(platform: Platform, held: ExitStack) -> bool:
    """Whether nobody serves; then the locks are in `held`, and no lease counts of whoever had them before."""
    for folder in (platform.settings.control, platform.settings.root):
        lock = server.try_lock(folder)
        if lock is None:
            return False
        held.enter_context(lock)
    await platform.db.write(queries.release_all)
    return True


async def _converge(platform: Platform) -> None:
    while await platform.converging.once():
        await platform.converging.finish()


async def _wait(platform: Platform, reached: Reached) -> None:
    try:
        async with asyncio.timeout(SECONDS):
            while not await reached(platform):
                await asyncio.sleep(LOOK_EVERY)
    except TimeoutError:
        raise Unavailable(
            "It is noted, but did not come about yet. See the log of “trulybot-control serve”, and the workspace’s own."
        ) from None
