"""Awake when somebody comes, stopped when nobody is there. Between the two there is nothing."""

import asyncio

from control_plane.runtimes.runtime import Runtime
from control_plane.runtimes.starting import DidNotStart, Starting
from control_plane.runtimes.turns import Turns
from control_plane.workspaces import queries
from control_plane.workspaces.models import State, Workspace
from trulybot.kit.database import Database


class NotToBeWoken(Exception):
    """The workspace is suspended, closed, erased or broken; its `reason` is for its people."""

    def __init__(self, state: State, reason: str = "") -> None:
        super().__init__(state)
        self.state = state
        self.reason = reason


class Waking:
    def __init__(self, db: Database, runtime: Runtime, starting: Starting, turns: Turns) -> None:
        self._db = db
        self._runtime = runtime
        self._starting = starting
        self._turns = turns
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def wake(self, workspace_id: str) -> None:
        """Answering when this returns, by one start for all who wait. Raises NotToBeWoken and DidNotStart.

        A caller that gives up waiting does not stop the start.
        """
        task = self._under_way.get(workspace_id)
        if task is None:
            task = self._under_way[workspace_id] = asyncio.create_task(self._wake(workspace_id))
            task.add_done_callback(lambda done: self._forget(workspace_id, done))
        await asyncio.shield(task)

    async def sleep(self, workspace_id: str, up_again_at: int | None = None) -> None:
        """Stopped when this returns, until somebody comes or it is time."""
        async with self._turns.turn(workspace_id):
            if await self._db.write(queries.sleep, workspace_id, up_again_at):
                await self._runtime.stop(workspace_id)

    async def stop(self) -> None:
        """Whoever waits is left alone; what was begun is finished by the next control plane."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _wake(self, workspace_id: str) -> None:
        self._open(await self._db.read(queries.workspace, workspace_id))
        async with self._turns.turn(workspace_id):
            workspace = self._open(await self._db.read(queries.workspace, workspace_id))
            if workspace.upgrading:
                raise DidNotStart("Its upgrade was cut off, and is finished first.")
            if not workspace.is_awake:
                await self._db.write(queries.wake, workspace_id)
            await self._starting.start(workspace)

    def _open(self, workspace: Workspace | None) -> Workspace:
        if workspace is None:
            raise NotToBeWoken("erased")
        if workspace.state not in ("awake", "asleep"):
            raise NotToBeWoken(workspace.state, workspace.reason)
        return workspace

    def _forget(self, workspace_id: str, done: asyncio.Task[None]) -> None:
        del self._under_way[workspace_id]
        if not done.cancelled():
            done.exception()  # seen, even when all who waited have left
