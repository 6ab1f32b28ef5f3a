"""Which requests reach which socket, and how: through a real Caddy."""

import asyncio
from pathlib import Path

import httpx
import pytest

from control_plane.edge.routing import LARGEST_FORM
from control_plane.folders import Folders
from control_plane.settings import Settings
from tests.control_plane.edge.conftest import Sleepers, raw
from tests.control_plane.edge.sockets import Scripted, listening

ACORN = {"Host": "acorn.localhost"}
EVENTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("host", ["acorn.localhost", "ACORN.Localhost", "acorn.localhost:8080", "Acorn.LOCALHOST:8080"])
async def test_a_slug_leads_to_its_workspace_however_it_is_written(
    web: httpx.AsyncClient, folders: Folders, host: str
) -> None:
    async with (
        listening(folders.socket("acorn"), Scripted()) as acorn,
        listening(folders.socket("birch"), Scripted()) as birch,
    ):
        answered = await web.get("/a?b=c", headers={"Host": host})
    assert answered.text == "ok"
    assert acorn.requests[0].startswith(b"GET /a?b=c HTTP/1.1\r\n")
    assert acorn.header("host") == host.lower()
    assert birch.requests == []


async def test_a_name_of_an_owners_own_leads_to_its_workspace(web: httpx.AsyncClient, folders: Folders) -> None:
    async with listening(folders.socket("chat.acorn.example"), Scripted()) as acorn:
        answered = await web.get("/", headers={"Host": "Chat.Acorn.example"})
    assert answered.text == "ok"
    assert acorn.header("host") == "chat.acorn.example"


@pytest.mark.parametrize("host", ["acorn.localhost.", "ACORN.localhost.:8080"])
async def test_a_dot_at_the_end_of_a_name_is_led_to_the_name_without(
    web: httpx.AsyncClient, folders: Folders, host: str
) -> None:
    async with listening(folders.socket("acorn"), Scripted()) as acorn:
        answered = await web.post("/a?b=c", headers={"Host": host})
    assert answered.status_code == 308
    assert answered.headers["location"] == "http://" + host.lower().replace("localhost.", "localhost") + "/a?b=c"
    assert acorn.requests == []


@pytest.mark.parametrize(
    "host",
    [
        b"acorn.localhost#",
        b"acorn.localhost?",
        b"x@acorn.localhost",
        b"acorn.localhost/",
        b"acorn.localhost\\",
        b"a b",
        b"",
    ],
)
async def test_a_host_that_is_none_is_refused(caddy: Settings, folders: Folders, doorman: None, host: bytes) -> None:
    async with listening(folders.socket("acorn"), Scripted()) as acorn:
        assert b" 200 " in await raw(
            caddy.port, b"GET / HTTP/1.1\r\nHost: acorn.localhost\r\nConnection: close\r\n\r\n"
        )
        answered = await raw(caddy.port, b"GET / HTTP/1.1\r\nConnection: close\r\nHost: " + host + b"\r\n\r\n")
    assert answered.startswith((b"HTTP/1.1 400", b"HTTP/1.1 421"))
    assert len(acorn.requests) == 1


@pytest.mark.parametrize(
    "host", ["..", ".", "-", "doorman", "acorn", "localhost", "[::1]", "a_b.example", "a%2fb.example"]
)
async def test_a_host_that_can_be_no_name_of_ours_is_served_by_nobody(
    web: httpx.AsyncClient, folders: Folders, doorman: None, sleepers: Sleepers, host: str
) -> None:
    async with listening(folders.names / "app.sock", Scripted()) as misplaced:
        answered = await web.get("/", headers={"Host": host})
    assert answered.status_code in (404, 421)
    assert (misplaced.requests, sleepers.asked) == ([], [])


async def test_of_two_hosts_neither_is_believed(caddy: Settings, folders: Folders) -> None:
    async with listening(folders.socket("acorn"), Scripted()) as acorn:
        answered = await raw(caddy.port, b"GET / HTTP/1.1\r\nHost: acorn.localhost\r\nHost: birch.localhost\r\n\r\n")
    assert answered.startswith(b"HTTP/1.1 400")
    assert acorn.requests == []


async def test_of_two_lengths_of_a_body_one_is_sent_on(caddy: Settings, folders: Folders) -> None:
    """As RFC 9112 has it: what is chunked has no other length, so that there is no room for a second request."""
    smuggled = b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: birch.localhost\r\n\r\n"
    head = f"POST / HTTP/1.1\r\nHost: acorn.localhost\r\nContent-Length: {len(smuggled)}\r\n"
    async with (
        listening(folders.socket("acorn"), Scripted()) as acorn,
        listening(folders.socket("birch"), Scripted()) as birch,
    ):
        await raw(caddy.port, head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + smuggled)
    assert len(acorn.requests) == 1
    assert acorn.header("content-length") is None or acorn.body == b""
    assert b"smuggled" not in acorn.requests[0]
    assert all(b"Host: birch.localhost" in request for request in birch.requests)


async def test_who_a_stranger_says_they_are_is_not_believed(web: httpx.AsyncClient, folders: Folders) -> None:
    told = {
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Host": "birch.localhost",
        "X-Forwarded-Proto": "https",
        "Forwarded": "for=6.6.6.6",
        "X-Real-IP": "6.6.6.6",
        "X-Forwarded-Port": "443",
        "X-Original-URL": "/admin",
    }
    async with listening(folders.socket("acorn"), Scripted()) as acorn:
        await web.get("/", headers=ACORN | told)
    assert b"6.6.6.6" not in acorn.requests[0]
    assert acorn.header("x-forwarded-for") == "127.0.0.1"
    assert acorn.header("x-forwarded-host") == "acorn.localhost"
    assert acorn.header("x-forwarded-proto") == "http"
    assert acorn.header("x-forwarded-port") is acorn.header("x-original-url") is None


async def test_a_stream_is_passed_on_piece_by_piece(web: httpx.AsyncClient, folders: Folders) -> None:
    seen = asyncio.Event()

    async def one_by_one(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(EVENTS)
        for number in range(3):
            writer.write(f"data: {number}\n\n".encode())
            await seen.wait()  # the next is written when this one was read at the other end
            seen.clear()

    read = []
    async with (
        listening(folders.socket("acorn"), Scripted(b"", one_by_one)),
        asyncio.timeout(10),
        web.stream("GET", "/", headers=ACORN) as answer,
    ):
        async for line in answer.aiter_lines():
            if line:
                read.append(line)
                seen.set()
    assert read == ["data: 0", "data: 1", "data: 2"]


async def test_a_stream_that_is_left_ends_at_the_workspace_too(web: httpx.AsyncClient, folders: Folders) -> None:
    ended = asyncio.Event()

    async def until_left(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(EVENTS + b"data: 0\n\n")
        await reader.read()
        ended.set()

    async with listening(folders.socket("acorn"), Scripted(b"", until_left)), asyncio.timeout(10):
        async with web.stream("GET", "/", headers=ACORN) as answer:
            assert await anext(answer.aiter_lines()) == "data: 0"
            assert not ended.is_set()
        await ended.wait()


async def test_headers_that_are_too_large_are_refused(web: httpx.AsyncClient, folders: Folders) -> None:
    async with listening(folders.socket("acorn"), Scripted()) as acorn:
        assert (await web.get("/", headers=ACORN | {"X": "x" * 30_000})).status_code == 200
        assert (await web.get("/", headers=ACORN | {"X": "x" * 60_000})).status_code == 431
    assert len(acorn.requests) == 1


async def test_a_form_for_the_console_that_is_too_large_is_refused(
    web: httpx.AsyncClient, caddy: Settings, doorman: None
) -> None:
    async with listening(caddy.web_socket, Scripted()) as console:
        host = {"Host": "app.localhost"}
        assert (await web.post("/", headers=host, content=b"x" * (LARGEST_FORM - 1))).text == "ok"
        answered = await web.post("/", headers=host, content=b"x" * (LARGEST_FORM + 1))
    assert answered.status_code == 413
    assert answered.json()["title"] == "Too large"
    assert len(console.requests) == 1


async def test_connections_to_a_workspace_are_not_kept(web: httpx.AsyncClient, folders: Folders) -> None:
    """A name may lead to another workspace a moment later."""
    async with listening(folders.socket("acorn"), Scripted(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nacorn")):
        assert (await web.get("/", headers=ACORN)).text == "acorn"
        async with listening(folders.socket("birch"), Scripted(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbirch")):
            _lead(folders, "acorn", "birch")
            assert (await web.get("/", headers=ACORN)).text == "birch"


async def test_where_nobody_is_at_the_door_it_is_said_in_a_few_words(web: httpx.AsyncClient, folders: Folders) -> None:
    for host in ("acorn.localhost", "app.localhost"):
        answered = await web.post("/", headers={"Host": host}, content=b"x")
        assert (answered.status_code, answered.headers["retry-after"]) == (503, "5")
        assert "restarted" in answered.text


async def test_a_link_to_the_doormans_socket_reaches_nothing(
    web: httpx.AsyncClient, folders: Folders, doorman: None, caddy: Settings, sleepers: Sleepers
) -> None:
    folders.socket("acorn").symlink_to(caddy.doorman_socket)
    answered = await web.get("/wake/birch", headers=ACORN)
    assert answered.status_code == 421
    assert sleepers.asked == []


def _lead(folders: Folders, name: str, workspace: str) -> None:
    new = folders.names / "new"
    new.symlink_to(Path("..", "run", workspace))
    new.replace(folders.names / name)
