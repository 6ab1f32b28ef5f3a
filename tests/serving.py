"""An application of ours, living in a task of the test: begun and ended, or served for real on a unix socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from litestar import Litestar

from trulybot.kit import server


@asynccontextmanager
async def served(app: Litestar, socket: Path) -> AsyncIterator[None]:
    with server.listen_on_socket(socket) as listener:
        serving = server.Server(server.configuration(app), asyncio.Event())
        task = asyncio.create_task(serving.serve(sockets=[listener]))
        while not serving.started:
            await asyncio.sleep(0.01)
        try:
            yield
        finally:
            serving.should_exit = True
            await task


@asynccontextmanager
async def living(app: Litestar) -> AsyncIterator[Litestar]:
    """Between its start and its end, both in one task: fixtures are set up and torn down in different ones."""
    over = asyncio.Event()
    ready: asyncio.Queue[None] = asyncio.Queue()
    life = asyncio.create_task(_live(app, ready, over))
    await asyncio.wait([life, asyncio.create_task(ready.get())], return_when=asyncio.FIRST_COMPLETED)
    try:
        yield app
    finally:
        over.set()
        await life


async def _live(app: Litestar, ready: asyncio.Queue[None], over: asyncio.Event) -> None:
    async with app.lifespan():
        ready.put_nowait(None)
        await over.wait()
