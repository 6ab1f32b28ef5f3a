"""What is older than the owner wants to keep is erased, each day, in steps too small for a visitor to notice."""

import asyncio
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from trulybot.chat import forgetting
from trulybot.chat import queries as chat_queries
from trulybot.chat.asking import Chat
from trulybot.kit import events, jobs
from trulybot.kit.clock import DAY, now
from trulybot.kit.database import Database
from trulybot.kit.texts import N_
from trulybot.leads import deleted_queries
from trulybot.preferences.current import Choices
from trulybot.preferences.models import Preferences

ERASING = "erase what is too old"
EVERYTHING = ""
AT_ONCE = 50
PAUSE = 0.02  # seconds between two steps, for the visitors'
MOST_COUNTED = 10_000


class TooOld(NamedTuple):
    """How many would go; at most MOST_COUNTED of each are counted."""

    conversations: int
    leads: int
    events: int


def too_old(connection: Connection, kept: Preferences, at: int) -> TooOld:
    conversations, leads, log = _limits(kept, at)
    return TooOld(
        len(chat_queries.asked_before(connection, conversations, MOST_COUNTED)),
        len(deleted_queries.left_before(connection, leads, MOST_COUNTED)),
        events.count_before(connection, log, MOST_COUNTED),
    )


@dataclass(frozen=True)
class Retention:
    db: Database
    choices: Choices
    chat: Chat

    async def erase(self, _: str) -> None:
        """The job. It does not matter where it is cut off; what it erased stands in the audit log."""
        conversations, leads, log = _limits(await self.choices.now(), now())
        gone = TooOld(await self._conversations(conversations), await self._leads(leads), await self._events(log))
        await self.db.write(_go_on, gone)

    async def _conversations(self, before: int) -> int:
        gone = 0
        while ids := await self.db.read(chat_queries.asked_before, before, AT_ONCE):
            for conversation_id in ids:
                await forgetting.forget(self.chat, conversation_id)
            gone += len(ids)
            await asyncio.sleep(PAUSE)
        return gone

    async def _leads(self, before: int) -> int:
        gone = 0
        while ids := await self.db.read(deleted_queries.left_before, before, AT_ONCE):
            await self.db.write(deleted_queries.erase, ids)
            gone += len(ids)
            await asyncio.sleep(PAUSE)
        return gone

    async def _events(self, before: int) -> int:
        gone = 0
        while erased := await self.db.write(events.erase_before, before, AT_ONCE):
            gone += erased
            await asyncio.sleep(PAUSE)
        return gone


def _limits(kept: Preferences, at: int) -> tuple[int, int, int]:
    """Seconds since 1970 before which each is too old; 0 keeps all."""
    days = (kept.keep_conversations, kept.keep_leads, kept.keep_events)
    conversations, leads, log = (at - number * DAY if number else 0 for number in days)
    return conversations, leads, log


def _go_on(connection: Connection, gone: TooOld) -> None:
    if any(gone):
        said = f"{gone.conversations} conversations, {gone.leads} leads, {gone.events} entries of the audit log"
        events.record(connection, events.SERVER, N_("Erased what was older than is kept"), said)
    jobs.enqueue(connection, ERASING, EVERYTHING, run_at=now() + DAY)
