"""One at a time at work on a workspace, and not for ever: a lock among our own tasks, a lease among processes.

The lock on the folders already keeps a second control plane out. Should one get past it all the same, a lease in the
workspace's row keeps the two from one another.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from secrets import token_hex
from weakref import WeakValueDictionary

from control_plane.workspaces import queries
from trulybot.kit.database import Database

SECONDS = 120  # in which a step has to come to its end
LOOK_EVERY = 0.5  # seconds, whether another process has given the workspace back


class Turns:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._holder = token_hex(8)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def is_taken(self, workspace: str) -> bool:
        lock = self._locks.get(workspace)
        return lock is not None and lock.locked()

    @asynccontextmanager
    async def turn(self, workspace: str, seconds: int = SECONDS) -> AsyncIterator[None]:
        """Waits for whoever is at work; raises TimeoutError when what is done in it takes too long."""
        lock = self._locks.setdefault(workspace, asyncio.Lock())
        async with lock, asyncio.timeout(seconds):
            while not await self._db.write(queries.lease, workspace, self._holder, seconds):
                await asyncio.sleep(LOOK_EVERY)
            try:
                yield
            finally:
                await self._db.write(queries.release, workspace, self._holder)
