"""One at a time at work on a workspace, and not for ever. No second process is: it lacks the lock on the folders."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

SECONDS = 120  # in which a step has to come to its end


class Turns:
    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def is_taken(self, workspace: str) -> bool:
        lock = self._locks.get(workspace)
        return lock is not None and lock.locked()

    @asynccontextmanager
    async def turn(self, workspace: str, seconds: int = SECONDS) -> AsyncIterator[None]:
        """Waits for whoever is at work; raises TimeoutError when what is done in it takes too long."""
        lock = self._locks.setdefault(workspace, asyncio.Lock())
        async with lock, asyncio.timeout(seconds):
            yield
