"""Starting a workspace until it answers: once for all who wait, and a few at a time on the whole machine."""

import asyncio
import logging
import os

import msgspec

from control_plane.folders import Folders
from control_plane.runtimes.dialling import answers, is_served
from control_plane.runtimes.runtime import CannotRun, Runtime
from control_plane.runtimes.spec import spec_of
from control_plane.runtimes.telling import Telling
from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from trulybot.kit.clock import now
from trulybot.kit.database import Database

AT_ONCE = max(2, os.cpu_count() or 1)  # a start is all computing, so more would only make each slower
SECONDS = 60.0
UP_BY_NOW = 20  # seconds
LOOK_EVERY = 0.01
LOOK_WHETHER_IT_LIVES_EVERY = 0.5

log = logging.getLogger(__name__)


class DidNotStart(Exception):
    """It ended, or did not answer in time. How often that happened in a row is in the workspace's row."""


class Starting:
    def __init__(self, db: Database, runtime: Runtime, folders: Folders, telling: Telling) -> None:
        self._db = db
        self._telling = telling
        self._runtime = runtime
        self._folders = folders
        self._places = asyncio.Semaphore(AT_ONCE)

    async def start(self, workspace: Workspace) -> None:
        """Up when this returns; call it in the workspace's turn. Raises DidNotStart."""
        if await answers(self._folders.socket(workspace.id)):
            return
        async with self._places:
            try:
                await self._start(workspace)
            except (CannotRun, DidNotStart, OSError) as error:
                log.warning("The workspace %s did not start: %s", workspace.id, error)
                await self._db.write(queries.note_failure, workspace.id)
                raise DidNotStart(str(error)) from error

    async def _start(self, workspace: Workspace) -> None:
        if await self._has_lost_its_socket(workspace.id):
            await self._runtime.stop(workspace.id)
        await self._telling.tell(workspace)  # the first visitor may be here before the first pass of converge
        await self._runtime.start(spec_of(await self._with_image(workspace)))
        try:
            async with asyncio.timeout(SECONDS):
                while not await self._is_up(workspace.id):
                    pass
        except TimeoutError:
            await self._runtime.stop(workspace.id)
            raise DidNotStart(f"It did not answer within {SECONDS:g} seconds.") from None

    async def _with_image(self, workspace: Workspace) -> Workspace:
        """One that was never started gets the newest, and keeps it until it is upgraded."""
        if workspace.image is None and (images := await self._runtime.images()):
            await self._db.write(queries.give_image, workspace.id, images[0], None)
            return msgspec.structs.replace(workspace, image=images[0])
        return workspace

    async def _has_lost_its_socket(self, workspace: str) -> bool:
        """It runs for long enough to be up, and nobody can come in: it may have put the socket away itself."""
        found = (await self._runtime.observe()).get(workspace, [])
        is_old = any(now() - process.started_at > UP_BY_NOW for process in found)
        return is_old and not is_served(self._folders.socket(workspace))

    async def _is_up(self, workspace: str) -> bool:
        """Looked for often; raises DidNotStart when its process has ended."""
        for _ in range(int(LOOK_WHETHER_IT_LIVES_EVERY / LOOK_EVERY)):
            if await answers(self._folders.socket(workspace)):
                return True
            await asyncio.sleep(LOOK_EVERY)
        if workspace not in await self._runtime.observe():
            raise DidNotStart("It ended as soon as it was started. See its log.")
        return False
