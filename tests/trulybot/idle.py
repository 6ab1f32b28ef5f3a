"""A workspace at rest: what a start or a change made due has been done."""

import asyncio

from sqlalchemy import Connection, text

from trulybot.settings import Settings
from trulybot.workspace import written


async def idle(settings: Settings) -> None:
    """Until nothing is due any more."""
    async with asyncio.timeout(30):
        while written(settings, _due):
            await asyncio.sleep(0.05)


def _due(connection: Connection) -> int:
    due: int = connection.execute(text("SELECT count(*) FROM jobs WHERE run_at <= unixepoch()")).scalar_one()
    return due
