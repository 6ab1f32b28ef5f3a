"""A hosted workspace as a process of its own: what keeps it awake, and what does not."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.hosted import CONSOLE, GATEWAY_TOKEN, HOST, Console
from tests.processes import Serving, serving
from tests.stand_in_gateway import StandIn, gateway_at
from trulybot.chat.mailing import MAILING
from trulybot.contract import SESSION_COOKIE
from trulybot.kit import sqlite
from trulybot.kit.clock import DAY, HOUR, now

IDLE_SECONDS = 2
LONG = IDLE_SECONDS * 3


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[StandIn]:
    async with gateway_at(tmp_path / "g") as gateway:
        yield gateway


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(tmp_path / "given")
    console.give(idle_seconds=IDLE_SECONDS)
    return console


@pytest.fixture
async def workspace(console: Console, gateway: StandIn, tmp_path: Path) -> AsyncIterator[Serving]:
    starting = serving(tmp_path / "data", GIVEN=str(console.folder), GATEWAY=str(gateway.socket))
    workspace = await asyncio.to_thread(starting.__enter__)
    workspace.http.base_url = httpx.URL(f"http://{HOST}")
    try:
        yield workspace
    finally:
        await asyncio.to_thread(starting.__exit__, None, None, None)


def session_in(workspace: Serving, console: Console) -> str:
    answer = workspace.http.post("/arrive", data={"pass": console.signed()}, headers={"origin": CONSOLE})
    assert answer.status_code == 303, answer.text
    return answer.cookies[SESSION_COOKIE]


async def test_left_alone_it_says_that_it_is_idle_and_when_it_must_be_up_again(
    workspace: Serving, gateway: StandIn
) -> None:
    told = await gateway.first("/idle")
    assert told.token == f"Bearer {GATEWAY_TOKEN}"
    up_again_at = told.read()["up_again_at"]
    assert isinstance(up_again_at, int) and now() + HOUR < up_again_at <= now() + DAY


async def test_it_prints_no_way_in(workspace: Serving) -> None:
    await asyncio.to_thread(workspace.stop)
    assert workspace.process.stdout and workspace.process.stderr
    said = workspace.process.stdout.read() + workspace.process.stderr.read()
    assert "TrulyBot serves" in said and "/welcome/" not in said


async def test_health_checks_and_open_dashboards_let_it_rest(
    workspace: Serving, gateway: StandIn, console: Console
) -> None:
    cookies = {"cookie": f"{SESSION_COOKIE}={await asyncio.to_thread(session_in, workspace, console)}"}
    with always(workspace, "/up"), always(workspace, "/inbox", {**cookies, "x-looking-on": "1"}):
        async with streaming(workspace, "/inbox/live", cookies), streaming(workspace, "/live", cookies):
            gateway.told.clear()
            assert await gateway.first("/idle")


async def test_a_visitor_keeps_it_awake_until_they_are_gone(workspace: Serving, gateway: StandIn) -> None:
    with always(workspace, "/api/widget/config"):
        gateway.told.clear()
        await asyncio.sleep(LONG)
        assert gateway.at("/idle") == []
    assert await gateway.first("/idle")


async def test_a_visitor_who_is_still_sending_keeps_it_awake(workspace: Serving, gateway: StandIn) -> None:
    reader, writer = await asyncio.open_unix_connection(workspace.path)
    head = f"POST /api/chat HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    writer.write(head.encode() + b"{")
    await writer.drain()
    gateway.told.clear()
    await asyncio.sleep(LONG)
    assert gateway.at("/idle") == []
    writer.close()
    assert await gateway.first("/idle")


async def test_a_job_that_is_soon_due_keeps_it_awake_and_a_later_one_wakes_it(
    workspace: Serving, gateway: StandIn
) -> None:
    later = now() + HOUR
    enqueue(workspace, "mail", now() + 40)
    await asyncio.sleep(0.5)
    gateway.told.clear()
    await asyncio.sleep(LONG)
    assert gateway.at("/idle") == []
    enqueue(workspace, "mail", later)
    assert (await gateway.first("/idle")).read() == {"up_again_at": later}


def enqueue(workspace: Serving, key: str, at: int) -> None:
    """The visitor's answer that is to be mailed then."""
    connection = sqlite.connect(workspace.data / "trulybot.db")
    try:
        connection.execute("DELETE FROM jobs WHERE key = ?", (key,))
        sql = "INSERT INTO jobs (kind, key, run_at, created_at) VALUES (?, ?, ?, ?)"
        connection.execute(sql, (MAILING, key, at, now()))
        connection.commit()
    finally:
        connection.close()


@contextmanager
def always(workspace: Serving, path: str, headers: dict[str, str] | None = None) -> Iterator[None]:
    """Asked for again and again, by a thread of its own."""
    over = threading.Event()

    def ask() -> None:
        transport = httpx.HTTPTransport(uds=str(workspace.path))
        with httpx.Client(transport=transport, base_url=f"http://{HOST}") as client:
            while not over.wait(0.4):
                client.get(path, headers=headers)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        over.set()
        asking.join()


class streaming:  # noqa: N801 - reads as what it does
    """An open stream, whose first bytes have come."""

    def __init__(self, workspace: Serving, path: str, headers: dict[str, str]) -> None:
        self.transport = httpx.AsyncHTTPTransport(uds=str(workspace.path))
        self.client = httpx.AsyncClient(transport=self.transport, base_url=f"http://{HOST}", headers=headers)
        self.path = path

    async def __aenter__(self) -> None:
        request = self.client.build_request("GET", self.path, headers={"accept": "text/event-stream"})
        self.answer = await self.client.send(request, stream=True)
        assert self.answer.status_code == 200
        await anext(self.answer.aiter_raw())

    async def __aexit__(self, *_: object) -> None:
        await self.answer.aclose()
        await self.client.aclose()
