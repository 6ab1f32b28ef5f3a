"""The parent's side of reading: documents come out of the child a batch at a time, as fast as they are taken."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import TypeVar

from trulybot.kit.child import Child, ChildDied, ChildFailed, ChildTimedOut, python
from trulybot.kit.texts import N_
from trulybot.knowledge.reading.document import Limits, ReadingFailed
from trulybot.knowledge.reading.wire import Batch, Open, Opened, Wanted

T = TypeVar("T")

MEMORY_BYTES = 1024 * 1024 * 1024
IDLE_SECONDS = 90.0
OPEN_SECONDS = 60.0
BATCH_SECONDS = 60.0

DIED = N_(
    "This document could not be read: it takes more memory than it may, or is made to do harm. "
    "Split it, or save it as plain text, and upload that."
)
TOO_SLOW = N_("Reading this document takes too long. Split it, or save it as plain text, and upload that.")
INTERRUPTED = N_("Reading this document was interrupted. Read it again.")


class ReadingInterrupted(ReadingFailed):
    """Something else ended the child between two batches: this document is innocent and can be read again at once."""


def knowledge_child(memory_bytes: int = MEMORY_BYTES, idle_seconds: float = IDLE_SECONDS) -> Child:
    """The one child of a workspace: give it to a Reader and to a LocalEmbedder, close it at shutdown."""
    return Child(python("trulybot.knowledge.child", str(memory_bytes)), idle_seconds=idle_seconds)


class Reader:
    """Any number of documents may be open; they take turns, so that each call's time is its own."""

    def __init__(self, child: Child, limits: Limits | None = None) -> None:
        self._child = child
        self._limits = limits or Limits()
        self._numbers = count(1)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def reading(
        self, path: Path, *, name: str = "", title: str = "", wanted: Wanted = "file"
    ) -> AsyncIterator["Reading"]:
        """An open document; `title` wins over its own. Raises ReadingFailed, here and while it is read."""
        number = next(self._numbers)
        wish = Open(number, str(path.absolute()), name or path.name, title, wanted, self._limits)
        with self._child.held():
            reading = None
            try:
                opened = await self._asked("open", wish, Opened, OPEN_SECONDS)
                reading = Reading(opened, lambda: self._asked("next", number, Batch, BATCH_SECONDS))
                yield reading
            finally:
                if reading:
                    await reading.close()
                self._child.tell("close", number)

    async def _asked(self, verb: str, arguments: object, answer: type[T], seconds: float) -> T:
        try:
            async with self._turn:
                return await self._child.call(verb, arguments, answer, seconds=seconds)
        except ChildFailed as failure:
            if failure.kind == "lost":
                raise ReadingInterrupted(INTERRUPTED) from failure
            raise ReadingFailed(failure.sentence) from failure
        except ChildTimedOut as error:
            raise ReadingFailed(TOO_SLOW) from error
        except ChildDied as error:
            raise ReadingFailed(DIED) from error


class Reading:
    def __init__(self, opened: Opened, read: Callable[[], Coroutine[None, None, Batch]]) -> None:
        self.kind = opened.kind
        self.title = opened.title
        self._read = read
        self._coming: asyncio.Task[Batch] | None = None

    async def batches(self) -> AsyncIterator[Batch]:
        """Each with the share of the document that has been read so far, 0 to 1."""
        while True:
            batch = await (self._coming or asyncio.create_task(self._read()))
            # One ahead: the child reads the next while this one is saved.
            self._coming = None if batch.is_last else asyncio.create_task(self._read())
            yield batch
            if batch.is_last:
                return

    async def close(self) -> None:
        if self._coming:
            self._coming.cancel()
            await asyncio.wait([self._coming])
            if not self._coming.cancelled():
                self._coming.exception()  # of a batch that nobody wanted any more
