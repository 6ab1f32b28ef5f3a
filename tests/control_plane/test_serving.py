import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar, get

from control_plane.platform import Platform
from control_plane.serving import serve_all
from control_plane.settings import Settings
from trulybot.kit import jobs, outbox, server


@pytest.fixture
def folder() -> Iterator[Path]:
    """Of a short name: a socket's path has 107 bytes."""
    made = Path(tempfile.mkdtemp(prefix="tb"))
    yield made
    shutil.rmtree(made)


async def test_the_platform_lives_until_the_last_application_has_answered(folder: Path) -> None:
    platform = Platform.open(Settings(root=folder / "r", control=folder / "c"))
    platform.settings.root.mkdir()
    asked = asyncio.Event()

    @get("/")
    async def slow() -> int:
        asked.set()
        await platform.stopping.wait()
        await asyncio.sleep(0.5)  # the others have nothing left to answer, and end
        await platform.db.write(jobs.enqueue, outbox.CLEARING, "late")
        return 1

    listener = server.listen_on_socket(folder / "slow")
    serving = asyncio.create_task(serve_all(platform, (Litestar([slow], openapi_config=None), listener)))
    transport = httpx.AsyncHTTPTransport(uds=str(folder / "slow"), retries=9)  # until it listens
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=20) as client:
        answer = asyncio.create_task(client.get("/"))
        await asyncio.wait_for(asked.wait(), 20)
        os.kill(os.getpid(), signal.SIGTERM)
        assert (await answer).text == "1"
    await serving
