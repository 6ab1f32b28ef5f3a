"""Keeping one workspace from filling the disk of all: before it is full, who takes the most of it is suspended.

Suspending frees nothing. So the next one is taken only when what is left goes on shrinking.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from control_plane.folders import Folders
from control_plane.runtimes.room import NEARLY_SHORT, SHORT, Room, room_in
from control_plane.runtimes.runtime import Runtime
from control_plane.workspaces import queries, suspending
from control_plane.workspaces.models import Workspace
from trulybot.kit.database import Database
from trulybot.kit.logs import without_words
from trulybot.kit.words import sized

EVERY = 0.5  # seconds
AGAIN_AFTER_A_FAILURE = 3.0
STEP = SHORT / 8  # by which the room must have shrunk further

Measured = tuple[Workspace, int]  # with the bytes that it takes

log = logging.getLogger(__name__)


class Guarding:
    """`nudge` says that something else is wanted now; `room` looks at the disk."""

    def __init__(
        self,
        db: Database,
        runtime: Runtime,
        folders: Folders,
        nudge: Callable[[], None],
        room: Callable[[Path], Room] = room_in,
    ) -> None:
        self._db = db
        self._runtime = runtime
        self._root = folders.root
        self._nudge = nudge
        self._room = room
        self._take_below: float | None = None
        self._has_warned = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def once(self) -> Workspace | None:
        """The workspace that was suspended."""
        if not self._root.exists():
            return None
        room = self._room(self._root).left
        self._warn(room)
        if self._take_below is None and room < SHORT:
            self._take_below = room - STEP  # it was so before us, and who did it may have been suspended then
        if room >= SHORT:
            self._take_below = SHORT
        if self._take_below is None or room >= self._take_below:
            return None
        self._take_below = room - STEP
        return await self._suspend_fattest()

    async def _run(self) -> None:
        while True:
            try:
                await self.once()
                await asyncio.sleep(EVERY)
            except Exception as error:
                log.error("The disk could not be guarded, and is looked at again: %s", without_words(error))
                await asyncio.sleep(AGAIN_AFTER_A_FAILURE)

    def _warn(self, room: float) -> None:
        is_due = room < NEARLY_SHORT
        if is_due and not self._has_warned:
            log.warning("The disk of %s is filling up: make room, or workspaces will be suspended.", self._root)
        self._has_warned = is_due

    async def _suspend_fattest(self) -> Workspace | None:
        found = await self._measured()
        if not found:
            log.error("The disk of %s is nearly full, and no workspace runs that could be to blame.", self._root)
            return None
        workspace, size = found[0]
        if not _takes_too_much(found[0]):
            workspace, size = await self._hiding(found) or found[0]
        await self._db.write(suspending.suspend_for_room, workspace, size)
        await self._runtime.stop(workspace.id, at_once=True)
        self._nudge()
        log.error("The workspace %s was suspended: with %s it filled the disk.", workspace.id, sized(size))
        return workspace

    async def _measured(self) -> list[Measured]:
        """Those that run, the fattest first; before them those that take more than their plan has."""
        running = await self._runtime.observe()
        workspaces = await self._db.read(queries.workspaces)
        some = [each for each in workspaces if each.id in running and each.wanted == "open"]
        sizes = await asyncio.gather(*(self._runtime.size(each.id) for each in some))
        measured = zip(some, sizes, strict=True)
        return sorted(measured, key=lambda each: (_takes_too_much(each), each[1]), reverse=True)

    async def _hiding(self, some: Sequence[Measured]) -> Measured | None:
        """Who takes room that no folder shows, in files that are removed and kept open: they are stopped to see it.

        Whoever was stopped for nothing is started again by the next pass of converge, or the next visitor.
        """
        for workspace, size in some:
            before = self._room(self._root)
            await self._runtime.stop(workspace.id, at_once=True)
            after = self._room(self._root)
            if after.left - before.left > STEP:
                return workspace, size + after.free_bytes - before.free_bytes
        return None


def _takes_too_much(measured: Measured) -> bool:
    workspace, size = measured
    return size > workspace.limits.disk_bytes
