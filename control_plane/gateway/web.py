"""The guarded web client that all workspaces share, and who may use it now."""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from control_plane.gateway import caps
from trulybot.kit.folders import make_private
from trulybot.kit.net.addresses import Reach
from trulybot.kit.net.outcomes import Failure, Outcome, Taken
from trulybot.kit.net.wire import Fetch, Post

if TYPE_CHECKING:
    from trulybot.kit.net.client import Web

MOST_BYTES = 32 * caps.MEBIBYTE


class SharedWeb:
    """`folder` is emptied when it is first used. One workspace waits for its own calls, and all for each other's."""

    def __init__(self, folder: Path, reach: Reach = Reach()) -> None:  # noqa: B008 - frozen
        self._folder = folder
        self._reach = reach
        self._opening = asyncio.Lock()
        self._open = AsyncExitStack()
        self._web: Web | None = None
        self._of_all = asyncio.Semaphore(caps.MOST_FETCHED_AT_ONCE_BY_ALL)
        self._of_one: defaultdict[str, asyncio.Semaphore] = defaultdict(_of_one)

    async def get(self, workspace: str, wish: Fetch) -> Outcome:
        """A page is in a file of the folder, which is the caller's to delete."""
        most_bytes = min(wish.most_bytes or MOST_BYTES, MOST_BYTES)
        async with self._turn(workspace) as web:
            return await web.get(wish.url, into=self._folder, known=wish.known, types=wish.types, most_bytes=most_bytes)

    async def post(self, workspace: str, wish: Post) -> Taken | Failure:
        async with self._turn(workspace) as web:
            return await web.post(wish.url, wish.body, wish.headers)

    async def close(self) -> None:
        await self._open.aclose()

    @asynccontextmanager
    async def _turn(self, workspace: str) -> "AsyncIterator[Web]":
        async with self._of_one[workspace], self._of_all:
            yield await self._opened()

    async def _opened(self) -> "Web":
        from trulybot.kit.net.client import Limits, Web

        async with self._opening:
            if self._web is None:
                shutil.rmtree(self._folder, ignore_errors=True)
                make_private(self._folder)
                limits = Limits(most_bytes=MOST_BYTES, connections=caps.MOST_FETCHED_AT_ONCE_BY_ALL)
                self._web = await self._open.enter_async_context(Web(reach=self._reach, limits=limits))
            return self._web


def _of_one() -> asyncio.Semaphore:
    return asyncio.Semaphore(caps.MOST_FETCHED_AT_ONCE)
