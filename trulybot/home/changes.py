"""Whoever looks at Home is told that something has changed, as it changes; the page then fetches what it is."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import suppress

from trulybot.chat.streaming import PING, frame
from trulybot.chat.watching import LONGEST_SECONDS, PING_SECONDS, POLL_SECONDS
from trulybot.kit.database import Database


async def changes(db: Database, stopping: asyncio.Event, version: int) -> AsyncGenerator[str, None]:
    """An event frame for each time that the database is found changed since this version."""
    began = heard = time.monotonic()
    yield PING
    while time.monotonic() < began + LONGEST_SECONDS and not stopping.is_set():
        if version != (version := db.version()):
            heard = time.monotonic()
            yield frame("change", version, {})
        elif time.monotonic() > heard + PING_SECONDS:
            heard = time.monotonic()
            yield PING
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), POLL_SECONDS)
