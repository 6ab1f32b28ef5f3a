"""A workspace that serves on a port of its own, and Chromium looking at it."""

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.needs import CHROMIUM
from trulybot.kit.server import listen_on_port

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LONGEST_START = 60  # seconds
LINK = re.compile(r"http://\S+/welcome/\S+")


class Served(NamedTuple):
    address: str
    link: str


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    port = _free_port()
    environment = {**os.environ, "TRULYBOT_DATA": str(tmp_path_factory.mktemp("workspace"))}
    command = [sys.executable, "-m", "trulybot", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            yield Served(f"http://127.0.0.1:{port}", _link_said_by(server))
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(chromium: Browser, workspace: Served) -> AsyncIterator[Page]:
    """A page on the workspace; anything its console complains of fails the test."""
    page = await chromium.new_page(base_url=workspace.address)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert not complaints


def _free_port() -> int:
    with listen_on_port("127.0.0.1", 0) as listener:
        port: int = listener.getsockname()[1]
        return port


def _link_said_by(server: subprocess.Popen[bytes]) -> str:
    assert server.stdout is not None
    said, until = "", time.monotonic() + LONGEST_START
    while time.monotonic() < until and server.poll() is None:
        if select.select([server.stdout], [], [], 1)[0]:
            said += os.read(server.stdout.fileno(), 65536).decode()
        if found := LINK.search(said):
            return found[0]
    pytest.fail(f"The workspace did not start: {said}")
