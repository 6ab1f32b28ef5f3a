"""One at a time at work on a workspace: a lock among our own tasks, and a lease that a successor of ours can see."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from control_plane.workspaces import queries
from trulybot.kit.database import Database

SECONDS = 120  # in which a step has to come to its end


class Turns:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def is_taken(self, workspace: str) -> bool:
        lock = self._locks.get(workspace)
        return lock is not None and lock.locked()

    @asynccontextmanager
    async def turn(self, workspace: str) -> AsyncIterator[None]:
        """Waits for whoever is at work; raises TimeoutError when what is done in it takes too long."""
        lock = self._locks.setdefault(workspace, asyncio.Lock())
        async with lock, asyncio.timeout(SECONDS):
            await self._db.write(queries.lease, workspace, SECONDS)
            try:
                yield
            finally:
                await self._db.write(queries.release, workspace)
