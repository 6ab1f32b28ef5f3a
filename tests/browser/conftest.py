"""A workspace that serves on a port of its own, and Chromium looking at it."""

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.complaints import complaints_of
from tests.browser.host import Host, hosting
from trulybot.kit.server import listen_on_port

TRULYBOT = [sys.executable, "-m", "trulybot"]
LONGEST_START = 180  # seconds; a demo reads seventeen documents first, and only a test that fails waits so long
RETURNS = (
    "You may return anything you bought from us within 60 days, as long as it is clean and dry. "
    "Refunds reach your bank within five working days of the parcel reaching our warehouse."
)
LINK = re.compile(r"http://\S+/welcome/\S+")

expect.set_options(timeout=20_000)  # only ever waited out by a test that fails; five seconds are few beside other work


class Served(NamedTuple):
    address: str
    data: Path
    link: str


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    port = free_port()
    data = tmp_path_factory.mktemp("workspace")
    with served([*TRULYBOT, "serve", "--data", str(data), "--port", str(port)]) as link:
        yield Served(f"http://127.0.0.1:{port}", data, link)


@pytest.fixture
async def page(chromium: Browser, workspace: Served) -> AsyncIterator[Page]:
    """A page on the workspace; anything its console complains of fails the test."""
    page = await chromium.new_page(base_url=workspace.address)
    complaints = complaints_of(page)
    yield page
    assert not complaints


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    """A stranger’s website."""
    with hosting() as host:
        yield host


@pytest.fixture(scope="module")
def filled(workspace: Served) -> Served:
    """The workspace with one document that is ready."""
    create = [*TRULYBOT, "api-key", "create", "tests", "--data", str(workspace.data)]
    key = subprocess.run(create, check=True, capture_output=True, text=True, timeout=LONGEST_START).stdout.strip()
    with httpx.Client(base_url=workspace.address, headers={"authorization": f"Bearer {key}"}) as program:
        added = program.post("/api/text-upload", json={"title": "Returns and refunds", "text": RETURNS}).json()
        until = time.monotonic() + LONGEST_START
        while program.get(f"/api/documents/{added['id']}").json()["status"] != "ready":
            assert time.monotonic() < until, "The document was not ready in time."
            time.sleep(0.2)
    return workspace


def free_port() -> int:
    with listen_on_port("127.0.0.1", 0) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def served(command: list[str]) -> Iterator[str]:
    """The link that lets its owner in, said by a server that is stopped in the end."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            yield _link_said_by(server)
        finally:
            server.terminate()
            server.wait(30)


def _link_said_by(server: subprocess.Popen[bytes]) -> str:
    assert server.stdout is not None
    said, until = "", time.monotonic() + LONGEST_START
    while time.monotonic() < until and server.poll() is None:
        if select.select([server.stdout], [], [], 1)[0]:
            said += os.read(server.stdout.fileno(), 65536).decode()
        if found := LINK.search(said):
            return found[0]
    pytest.fail(f"The workspace did not start: {said}")
