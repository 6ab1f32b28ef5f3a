"""An application of ours served for real on a unix socket, by a task of the test."""

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
