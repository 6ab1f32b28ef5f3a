"""Real workspaces behind a real edge: asleep, woken by whoever comes, and kept from one another."""

import asyncio
import shutil
from collections.abc import AsyncIterator

import httpx
import pytest

from control_plane.edge.app import create_doorman
from control_plane.gateway.app import create_gateway
from control_plane.platform import Platform
from control_plane.runtimes.dialling import is_served
from control_plane.settings import Settings
from control_plane.workspaces.models import Workspace
from tests.control_plane.edge.sockets import serving
from tests.control_plane.runtimes.conftest import Town
from tests.processes import command
from trulybot.kit.rim import PROBLEM

VISITORS = 100
LARGE = b"An acorn is the nut of an oak. " * 100_000  # 3.1 MB


@pytest.fixture
async def town(caddy: Settings) -> AsyncIterator[Town]:
    platform = Platform.open(caddy)
    async with serving(caddy.doorman_socket, create_doorman(caddy, platform.doorman)):
        yield Town(platform)
        for workspace in await platform.runtime.observe():
            await platform.runtime.stop(workspace)
    await platform.close()
    for entry in (*caddy.root.iterdir(), *caddy.control.iterdir()):
        if entry != caddy.edge and entry.name != "names":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for name in platform.folders.names.iterdir():
        name.unlink()


@pytest.fixture
async def acorn(town: Town) -> Workspace:
    """Awake once, so that it is made, and asleep now."""
    workspace = await town.create("acorn")
    await town.settle()
    await town.answering(workspace.id)
    await town.platform.waking.sleep(workspace.id)
    return workspace


async def test_a_hundred_first_visitors_are_answered_by_one_start(
    town: Town, acorn: Workspace, web: httpx.AsyncClient
) -> None:
    starts = _starts(town, acorn)
    answers = await asyncio.gather(*(_visit(web) for _ in range(VISITORS)))
    assert answers == [200] * VISITORS
    assert _starts(town, acorn) == starts + 1


async def test_a_document_of_3_mb_sent_to_a_sleeping_workspace_is_there_whole_and_once(
    town: Town, acorn: Workspace, web: httpx.AsyncClient
) -> None:
    data = town.platform.folders.data(acorn.id)
    made = await asyncio.to_thread(command, "api-key", "create", "shop", data=data)
    known = {"Host": "acorn.localhost", "Authorization": f"Bearer {made.stdout.strip()}"}
    sent = await web.post("/api/text-upload", headers=known, files={"file": ("acorns.txt", LARGE, "text/plain")})
    assert sent.is_success, sent.text
    listed = (await web.get("/api/documents", headers=known)).json()
    assert len(listed["documents"]) == 1
    kept = [file for file in (data / "uploads").rglob("*") if file.is_file()]
    assert [file.read_bytes() for file in kept] == [LARGE]


async def test_a_workspace_that_was_killed_is_there_again_for_the_next_visitor(
    town: Town, acorn: Workspace, web: httpx.AsyncClient
) -> None:
    assert await _visit(web) == 200
    await town.kill(acorn.id)
    while is_served(town.platform.folders.socket(acorn.id)):  # the kernel closes what it listened on a moment later
        await asyncio.sleep(0.01)
    assert await _visit(web) == 200


async def test_a_page_that_waits_opens_by_itself(town: Town, acorn: Workspace, web: httpx.AsyncClient) -> None:
    person = {"Host": "acorn.localhost", "Accept": "text/html"}
    async with asyncio.timeout(60):
        page = await web.get("/chat", headers=person)
        while page.status_code != 200:
            assert page.status_code == 503
            await asyncio.sleep(int(page.headers["refresh"]))
            page = await web.get("/chat", headers=person)
    assert "Waking up" not in page.text


async def test_a_workspace_whose_socket_is_a_link_to_another_reaches_nothing_there(
    town: Town, acorn: Workspace, web: httpx.AsyncClient
) -> None:
    birch = await town.create("birch")
    await town.settle()
    await town.answering(birch.id)
    assert (await web.get("/chat", headers={"Host": "birch.localhost"})).status_code == 200
    folders = town.platform.folders
    folders.gateway.mkdir(exist_ok=True)
    async with serving(folders.gateway_socket, create_gateway(town.platform.gateway)):
        for other in (folders.socket(birch.id), town.platform.settings.doorman_socket, folders.gateway_socket):
            assert other.is_socket()
            folders.socket(acorn.id).unlink(missing_ok=True)
            folders.socket(acorn.id).symlink_to(other)
            for path in ("/", "/chat", "/api/widget/config", "/wake/birch", "/ask", "/idle", "/v1/embeddings"):
                answered = await web.get(path, headers={"Host": "acorn.localhost"})
                assert (answered.status_code, answered.headers["content-type"]) == (421, PROBLEM), (other, path)


async def _visit(web: httpx.AsyncClient) -> int:
    return (await web.get("/api/widget/config", headers={"Host": "acorn.localhost"}, timeout=60)).status_code


def _starts(town: Town, workspace: Workspace) -> int:
    return town.log(workspace.id).count("TrulyBot serves")
