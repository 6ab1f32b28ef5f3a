"""A turn while it is being answered: said piece by piece to who follows it, and kept on disk as far as it was said."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from trulybot.chat import queries
from trulybot.chat.models import Turn
from trulybot.kit.database import Database, NotStored

KEPT_EVERY = 1.0  # seconds: what a process that is killed may lose of an answer


@dataclass(eq=False)
class Live:
    turn: Turn
    said: str = ""
    task: asyncio.Task[None] | None = None
    saved: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, piece: str) -> None:
        if piece:
            self.said += piece
            self._tell()

    def end(self, turn: Turn) -> None:
        self.turn = turn
        self._tell()

    async def finished(self) -> Turn:
        while self.turn.is_running:
            await self.changed.wait()
        return self.turn

    async def keep(self, db: Database) -> None:
        """Until cancelled. The end of the answer is saved by whoever ends it."""
        kept = 0
        while True:
            await asyncio.sleep(KEPT_EVERY)
            if len(self.said) > kept:
                kept = len(self.said)
                with suppress(NotStored):  # it may be stored a second later
                    await db.write(queries.keep_said, self.turn.id, self.said)

    def _tell(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()
