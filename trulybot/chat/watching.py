"""Staff look at the inbox live: they are told what changes, and who else is looking at the same conversation.

The database is asked while somebody looks, because other processes write too. Each change has a number, so whoever
comes back with the last one they saw misses nothing.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from trulybot.chat import inbox_queries
from trulybot.chat.inbox_models import Changed
from trulybot.chat.streaming import PING, frame
from trulybot.kit.database import Database

POLL_SECONDS = 0.5
PING_SECONDS = 15.0
LONGEST_SECONDS = 300.0  # then the browser comes back, and is asked anew who it is


@dataclass
class Watching:
    """Who of the staff looks at what, in this process."""

    db: Database
    stopping: asyncio.Event
    _looking: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def others(self, conversation_id: str, name: str) -> list[str]:
        """Who else is looking at it at this moment."""
        return sorted(other for other in self._looking.get(conversation_id, ()) if other != name)

    async def follow(self, after: int, conversation_id: str, name: str) -> AsyncGenerator[str, None]:
        """Event frames of what changes after a number, and of who comes to and leaves the conversation."""
        after = min(after, self.db.glance(inbox_queries.last_change))  # a restored backup may be behind
        began = heard = time.monotonic()
        with self._seen(conversation_id, name):
            others = self.others(conversation_id, name)
            yield PING
            while time.monotonic() < began + LONGEST_SECONDS and not self.stopping.is_set():
                changes = self.db.glance(inbox_queries.changed_after, after)
                frames = [_frame(changed) for changed in changes]
                after = changes[-1].change if changes else after
                if others != (others := self.others(conversation_id, name)):
                    frames.append(_PRESENCE)
                if not frames and time.monotonic() > heard + PING_SECONDS:
                    frames.append(PING)
                for each in frames:
                    heard = time.monotonic()
                    yield each
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.stopping.wait(), POLL_SECONDS)

    @contextmanager
    def _seen(self, conversation_id: str, name: str) -> Iterator[None]:
        if not conversation_id:
            yield
            return
        self._looking[conversation_id][name] += 1
        try:
            yield
        finally:
            names = self._looking[conversation_id]
            names[name] -= 1
            if not names[name]:
                del names[name]
            if not names:
                del self._looking[conversation_id]


_PRESENCE = "event: presence\ndata: {}\n\n"


def _frame(changed: Changed) -> str:
    data = {"conversation": changed.id, "wanted_at": changed.wanted_at, "words": changed.words}
    return frame("change", changed.change, data)
