"""Giving one workspace a newer image: tried on a copy of its data, saved, proved, and otherwise taken back.

Its names lead nowhere from the moment it is stopped until it is proved, so that requests wait at the doorman and no
visitor ever speaks to what may be taken back. How far it has come stands in its row: whoever is cut off here is
followed by converge, which ends what was begun.
"""

import asyncio
import logging
import os
from dataclasses import dataclass, field

import msgspec

from control_plane.runtimes import queries
from control_plane.runtimes.models import Outcome
from control_plane.runtimes.runtime import CannotRun, Runtime
from control_plane.runtimes.spec import spec_of
from control_plane.runtimes.starting import DidNotStart, Starting
from control_plane.runtimes.telling import Telling
from control_plane.runtimes.turns import Turns
from control_plane.workspaces import queries as workspace_queries
from control_plane.workspaces.models import Workspace
from trulybot.contract import Job
from trulybot.kit.database import Database

SECONDS = 1800  # for the largest of databases
# At once without their names: starts and proofs are all computing, and more would keep each one's visitors longer.
OUT_AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
CONNECTED_BY_NOW = 0.2  # seconds, after its names have gone; who found it before them has been heard by then

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Upgrading:
    db: Database
    runtime: Runtime
    starting: Starting
    turns: Turns
    telling: Telling
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(OUT_AT_ONCE))

    async def upgrade(self, workspace_id: str, image: str) -> Outcome:
        """Raises TimeoutError, and CannotRun where it could not be taken back yet: converge goes on trying."""
        workspace = await self._read(workspace_id)
        if (outcome := _already(workspace, image)) is None:
            outcome = await self._refused(workspace_id, image) or await self._in_turn(workspace_id, image)
        await self.db.write(queries.note_outcome, workspace_id, outcome)
        return outcome

    async def finish(self, workspace: Workspace) -> None:
        """What was cut off. Call it in the workspace's turn; raises CannotRun, and is to be tried again later then."""
        log.warning("The upgrade of workspace %s was cut off while %s.", workspace.id, workspace.upgrading)
        try:
            await self._finish(workspace)
        except CannotRun:
            await self.db.write(workspace_queries.note_trouble, workspace.id)
            raise

    async def _finish(self, workspace: Workspace) -> None:
        match workspace.upgrading:
            case "saving":
                await self._end(workspace.id, None)
            case "proving":
                await self._prove(workspace)
            case "restoring":
                await self._restore(workspace)

    async def _refused(self, workspace_id: str, image: str) -> Outcome | None:
        """The first trial, beside a workspace that goes on serving."""
        workspace = await self._read(workspace_id)
        assert workspace is not None
        try:
            await self._run(workspace, image, "migrate")
        except CannotRun as error:
            return Outcome("refused", str(error))
        return None

    async def _in_turn(self, workspace_id: str, image: str) -> Outcome:
        async with self._places, self.turns.turn(workspace_id, SECONDS):
            workspace = await self._read(workspace_id)
            if (outcome := _already(workspace, image)) is not None:
                return outcome
            assert workspace is not None
            await self.db.write(queries.begin_upgrade, workspace_id)
            await self.telling.tell_edge()
            await asyncio.sleep(CONNECTED_BY_NOW)
            try:
                await self.runtime.stop(workspace_id)
                await self._run(workspace, workspace.image or "", "backup")
            except CannotRun as error:
                return await self._ended(workspace_id, Outcome("refused", str(error)))
            await self.db.write(queries.give_new_image, workspace_id, image)
            return await self._prove(msgspec.structs.replace(workspace, image=image, image_before=workspace.image))

    async def _prove(self, workspace: Workspace) -> Outcome:
        try:
            await self.starting.start(workspace)
            await self._run(workspace, workspace.image or "", "check")
        except (CannotRun, DidNotStart) as error:
            log.warning("The workspace %s goes back to its image: %s", workspace.id, error)
            await self.db.write(queries.begin_restoring, workspace.id, str(error))
            return await self._restore(workspace)
        return await self._ended(workspace.id, Outcome("upgraded"))

    async def _restore(self, workspace: Workspace) -> Outcome:
        """Its data as it was when it was stopped, for its image of before."""
        await self.runtime.stop(workspace.id)
        await self._run(workspace, workspace.image_before or "", "restore")
        await self.db.write(queries.give_old_image, workspace.id)
        reason = await self.db.read(queries.reason_of, workspace.id)
        return await self._ended(workspace.id, Outcome("rolled back", reason))

    async def _ended(self, workspace_id: str, outcome: Outcome) -> Outcome:
        await self._end(workspace_id, outcome)
        return outcome

    async def _end(self, workspace_id: str, outcome: Outcome | None) -> None:
        """Under its names again, and awake or asleep as it was."""
        await self.db.write(queries.end_upgrade, workspace_id, outcome)
        await self.telling.tell_edge()
        workspace = await self._read(workspace_id)
        if workspace is not None and workspace.should_run:
            await self._start(workspace)
        else:
            await self.runtime.stop(workspace_id)

    async def _start(self, workspace: Workspace) -> None:
        try:
            await self.starting.start(workspace)
        except DidNotStart:  # which is noted, and tried again as for any other
            log.warning("The workspace %s does not start with its image of before.", workspace.id)

    async def _run(self, workspace: Workspace, image: str, job: Job) -> None:
        await self.runtime.run_once(spec_of(msgspec.structs.replace(workspace, image=image)), job)

    async def _read(self, workspace_id: str) -> Workspace | None:
        return await self.db.read(workspace_queries.workspace, workspace_id)


def _already(workspace: Workspace | None, image: str) -> Outcome | None:
    """What there is to say before anything is tried."""
    if workspace is None or workspace.wanted != "open" or workspace.upgrading:
        return Outcome("left")
    return Outcome("upgraded") if workspace.image in (image, None) else None
