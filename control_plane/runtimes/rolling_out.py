"""Giving a newer image to all workspaces, a few at a time, as the rollout in the database says.

Those that sleep come first: where nobody waits, an image that fails is found out at the least cost.
"""

import asyncio
import logging
import os

from control_plane.runtimes import queries
from control_plane.runtimes.models import Rollout
from control_plane.runtimes.runtime import CannotRun
from control_plane.runtimes.upgrading import Upgrading
from trulybot.kit.database import Database
from trulybot.kit.logs import without_words

AT_ONCE = min(2, os.cpu_count() or 1)
LOOK_EVERY = 2.0  # seconds; an operator may have said something in another process

log = logging.getLogger(__name__)


class RollingOut:
    def __init__(self, db: Database, upgrading: Upgrading) -> None:
        self._db = db
        self._upgrading = upgrading
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._nudge = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    def nudge(self) -> None:
        """Something was begun, or has come to its end."""
        self._nudge.set()

    async def stop(self) -> None:
        """What was begun is finished by the next control plane."""
        tasks = [*self._under_way.values(), *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        await self._db.write(queries.forget_begun)
        while True:
            try:
                await self.once()
            except Exception as error:
                log.error("A rollout could not go on; it is tried again: %s", without_words(error))
            try:
                async with asyncio.timeout(LOOK_EVERY):
                    await self._nudge.wait()
            except TimeoutError:
                pass
            self._nudge.clear()

    async def once(self) -> None:
        """Begin as many as there is room for."""
        while (rollout := await self._going_on()) and await self._begin_next(rollout):
            pass
        if rollout and rollout.ended == rollout.total and not self._under_way:
            await self._db.write(queries.move_rollout, rollout.id, "done", ("running",))

    async def _going_on(self) -> Rollout | None:
        """What is to go on, as it is at this moment."""
        rollout = await self._db.read(queries.latest_rollout)
        if rollout is None or rollout.state != "running":
            return None
        if rollout.has_failed_too_often:
            await self._db.write(queries.move_rollout, rollout.id, "halted", ("running",))
            return None
        return rollout

    async def _begin_next(self, rollout: Rollout) -> bool:
        if len(self._under_way) >= AT_ONCE:
            return False
        workspace_id = await self._db.write(queries.take_next, rollout.id)
        if workspace_id is None:
            return False
        task = self._under_way[workspace_id] = asyncio.create_task(self._upgrade(workspace_id, rollout.image))
        task.add_done_callback(lambda _: self._ended(workspace_id))
        return True

    def _ended(self, workspace_id: str) -> None:
        del self._under_way[workspace_id]
        self.nudge()

    async def _upgrade(self, workspace_id: str, image: str) -> None:
        try:
            outcome = await self._upgrading.upgrade(workspace_id, image)
            log.info("The workspace %s: %s. %s", workspace_id, outcome.result, outcome.reason)
        except (CannotRun, TimeoutError) as error:
            log.error("The upgrade of workspace %s was cut off, and is ended by converge: %s", workspace_id, error)
            await self._db.write(queries.note_fault, workspace_id, str(error))
        except Exception as error:
            log.error("The upgrade of workspace %s failed: %s", workspace_id, without_words(error))
            await self._db.write(queries.note_fault, workspace_id, type(error).__name__)
