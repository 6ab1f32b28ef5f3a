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
    """`answered_at` is when somebody last found a workspace answering; what started later has not yet."""

    def __init__(self, db: Database, runtime: Runtime, folders: Folders, telling: Telling) -> None:
        self._db = db
        self._telling = telling
        self._runtime = runtime
        self._folders = folders
        self.answered_at: dict[str, int] = {}
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
                is_its_own = isinstance(error, DidNotStart)
                await self._db.write(queries.note_failure if is_its_own else queries.note_trouble, workspace.id)
                raise DidNotStart(str(error)) from error

    async def _start(self, workspace: Workspace) -> None:
        if await self._has_lost_its_socket(workspace.id):
            await self._runtime.stop(workspace.id)
        await self._telling.tell(workspace)  # the first visitor may be here before the first pass of converge
        await self._runtime.start(spec_of(await self._with_image(workspace)))
        try:
            async with asyncio.timeout(SECONDS):
                await self._until_up(workspace.id)
        except (DidNotStart, TimeoutError) as error:
            await self._runtime.stop(workspace.id)  # or Docker would go on trying
            raise DidNotStart(str(error) or f"It did not answer within {SECONDS:g} seconds.") from None

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

    async def _until_up(self, workspace: str) -> None:
        """Raises DidNotStart when its process has ended, be it that another has followed."""
        first: list[int] = []
        while not await self._answers_soon(workspace):
            pids = [process.pid for process in (await self._runtime.observe()).get(workspace, ())]
            first = first or pids
            if not all(pids) or pids != first or not pids:
                raise DidNotStart("It ended as soon as it was started. See its log.")

    async def _answers_soon(self, workspace: str) -> bool:
        """Looked for often."""
        for _ in range(int(LOOK_WHETHER_IT_LIVES_EVERY / LOOK_EVERY)):
            if await answers(self._folders.socket(workspace)):
                self.answered_at[workspace] = now()
                return True
            await asyncio.sleep(LOOK_EVERY)
        return False
