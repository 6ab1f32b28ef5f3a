"""A request goes to a workspace once. Only one that could not be handed over at all is sent again."""

import asyncio

import httpx
import pytest

from control_plane.folders import Folders
from tests.control_plane.edge.conftest import Sleepers
from tests.control_plane.edge.sockets import Scripted, listening

ACORN = {"Host": "acorn.localhost"}
LARGE = bytes(range(256)) * 12_000  # 3 MB, and each byte has its place


class Woken:
    """Begins to listen when it is woken."""

    def __init__(self, folders: Folders, scripted: Scripted) -> None:
        self._folders = folders
        self._scripted = scripted
        self._listening = asyncio.Event()
        self.over = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    async def wake(self, workspace_id: str) -> None:
        await asyncio.sleep(0.2)
        self.tasks.append(asyncio.create_task(self._listen(workspace_id)))
        await self._listening.wait()

    async def _listen(self, workspace_id: str) -> None:
        async with listening(self._folders.socket(workspace_id), self._scripted):
            self._listening.set()
            await self.over.wait()

    async def end(self) -> None:
        self.over.set()
        await asyncio.gather(*self.tasks)


async def test_a_post_of_3_mb_that_finds_the_workspace_asleep_arrives_whole_and_once(
    web: httpx.AsyncClient, folders: Folders, doorman: None, sleepers: Sleepers
) -> None:
    acorn = Scripted()
    woken = Woken(folders, acorn)
    sleepers.waking = woken.wake
    answered = await web.post("/api/documents?a=b", headers=ACORN, content=LARGE)
    await woken.end()
    assert answered.text == "ok"
    assert len(acorn.requests) == len(sleepers.asked) == 1
    assert acorn.requests[0].startswith(b"POST /api/documents?a=b HTTP/1.1")
    assert acorn.body == LARGE


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"], ids=["nothing", "half"])
async def test_what_breaks_off_is_not_sent_again(
    web: httpx.AsyncClient, folders: Folders, doorman: None, sleepers: Sleepers, method: str, said: bytes
) -> None:
    async with listening(folders.socket("acorn"), Scripted(said)) as acorn:
        await _broken_off(web, method, was_begun=bool(said))
        await asyncio.sleep(0.3)
    assert len(acorn.requests) == 1
    assert sleepers.asked == []


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_breaks_off_right_after_waking_is_not_sent_again(
    web: httpx.AsyncClient, folders: Folders, doorman: None, sleepers: Sleepers, method: str
) -> None:
    acorn = Scripted(b"")
    woken = Woken(folders, acorn)
    sleepers.waking = woken.wake
    await _broken_off(web, method, was_begun=False)
    await asyncio.sleep(0.3)
    await woken.end()
    assert len(acorn.requests) == 1


@pytest.mark.parametrize(
    "said",
    [
        b"dial unix /x: connect: no such file or directory\r\n\r\n",
        b"HTTP/1.1 dial unix\r\n\r\n",
        b"HTTP/1.1 502 dial unix /x: connect: refused\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_a_workspace_that_talks_like_a_failed_connection_wakes_nobody(
    web: httpx.AsyncClient, folders: Folders, doorman: None, sleepers: Sleepers, said: bytes
) -> None:
    async with listening(folders.socket("acorn"), Scripted(said)) as acorn:
        answered = await web.post("/", headers=ACORN)
        await asyncio.sleep(0.2)
    assert answered.status_code == 502
    assert len(acorn.requests) == 1
    assert sleepers.asked == []


async def _broken_off(web: httpx.AsyncClient, method: str, *, was_begun: bool) -> None:
    if was_begun:
        with pytest.raises(httpx.RemoteProtocolError):
            await web.request(method, "/", headers=ACORN)
    else:
        answered = await web.request(method, "/", headers=ACORN)
        assert answered.status_code == 502
        assert answered.json()["title"] == "The answer broke off"
