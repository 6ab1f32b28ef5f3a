"""What somebody is told at a door that does not open at once: through a real Caddy."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable

import httpx
import pytest

from control_plane.folders import Folders
from control_plane.runtimes.starting import DidNotStart
from control_plane.runtimes.waking import NotToBeWoken
from control_plane.settings import Settings
from control_plane.workspaces import queries
from control_plane.workspaces.models import State
from tests.control_plane.edge.conftest import Sleepers
from tests.control_plane.edge.sockets import Scripted, listening
from trulybot.kit.database import Database

ACORN = {"Host": "acorn.localhost"}
PERSON = ACORN | {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Dest": "document"}

pytestmark = pytest.mark.usefixtures("doorman")


def after(seconds: float, error: Exception | None = None) -> Callable[[str], Awaitable[None]]:
    async def wake(_: str) -> None:
        await asyncio.sleep(seconds)
        if error:
            raise error

    return wake


async def test_a_person_who_waits_longer_than_2_s_gets_a_page_that_asks_again_by_itself(
    web: httpx.AsyncClient, sleepers: Sleepers
) -> None:
    sleepers.waking = after(10)
    began = time.monotonic()
    page = await web.get("/chat", headers=PERSON)
    assert 1.9 < time.monotonic() - began < 5
    assert page.status_code == 503
    assert page.headers["refresh"] == page.headers["retry-after"] == "1"
    assert page.headers["cache-control"] == "no-store"
    assert "<h1>Waking up</h1>" in page.text
    assert "Acorn" in page.text
    assert "<script" not in page.text


async def test_a_person_who_waits_less_sees_the_workspace_at_once(
    web: httpx.AsyncClient, folders: Folders, sleepers: Sleepers
) -> None:
    async with listening(folders.socket("acorn").with_name("elsewhere"), Scripted()):
        sleepers.waking = _linking(folders)
        page = await web.get("/chat", headers=PERSON)
    assert page.text == "ok"


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/inbox/live?after=3", ACORN), ("/live?after=3", ACORN), ("/inbox", PERSON | {"X-Looking-On": "1"})],
)
async def test_a_dashboard_that_was_left_open_wakes_nobody(
    web: httpx.AsyncClient, sleepers: Sleepers, path: str, headers: dict[str, str]
) -> None:
    answered = await web.get(path, headers=headers)
    assert (answered.status_code, sleepers.asked) == (503, [])
    await web.get(path.replace("live", "lives"), headers=ACORN)
    assert sleepers.asked


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/api/widget/config", ACORN | {"Accept": "text/html"}),
        ("GET", "/widget.js", ACORN | {"Accept": "*/*", "Sec-Fetch-Dest": "script"}),
        ("GET", "/chat", PERSON | {"Sec-Fetch-Dest": "iframe"}),
        ("POST", "/chat", PERSON),
    ],
)
async def test_what_is_no_page_waits(
    web: httpx.AsyncClient, folders: Folders, sleepers: Sleepers, method: str, path: str, headers: dict[str, str]
) -> None:
    async with listening(folders.socket("acorn").with_name("elsewhere"), Scripted()):
        sleepers.waking = _linking(folders, 2.5)
        answered = await web.request(method, path, headers=headers)
    assert answered.text == "ok"


@pytest.mark.parametrize(
    ("state", "status", "title"),
    [
        ("suspended", 503, "This workspace is suspended"),
        ("closed", 410, "This workspace is closed"),
        ("broken", 503, "This workspace does not start"),
        ("erased", 404, "There is no workspace here"),
    ],
)
async def test_a_workspace_that_does_not_wake_is_shown_as_what_it_is(
    web: httpx.AsyncClient, sleepers: Sleepers, state: State, status: int, title: str
) -> None:
    sleepers.waking = after(0, NotToBeWoken(state, "unpaid, and that is nobody’s business"))
    page, answer = await web.get("/", headers=PERSON), await web.post("/api/chat", headers=ACORN)
    assert page.status_code == answer.status_code == status
    assert f"<h1>{title}</h1>" in page.text
    assert answer.json()["title"] == title
    assert "refresh" not in page.headers
    assert "nobody’s" not in page.text + answer.text


async def test_a_start_that_failed_is_tried_again_by_the_page(web: httpx.AsyncClient, sleepers: Sleepers) -> None:
    sleepers.waking = after(0, DidNotStart("out of memory"))
    page = await web.get("/", headers=PERSON)
    assert (page.status_code, page.headers["refresh"]) == (503, "1")
    assert "memory" not in page.text


@pytest.mark.parametrize("host", ["nobody.localhost", "chat.nobody.example", "x" * 41 + ".localhost", "127.0.0.1"])
async def test_a_name_that_nobody_has_is_said_to_be_unknown(
    web: httpx.AsyncClient, sleepers: Sleepers, host: str
) -> None:
    page = await web.get("/", headers=PERSON | {"Host": host})
    assert page.status_code == 404
    assert "There is no workspace here" in page.text
    assert sleepers.asked == []


async def test_an_owners_own_name_wakes_once_it_is_verified(
    web: httpx.AsyncClient, db: Database, sleepers: Sleepers
) -> None:
    db.write_now(queries.add_domain, "acorn", "chat.acorn.example", "t")
    own = PERSON | {"Host": "chat.acorn.example"}
    assert (await web.get("/", headers=own)).status_code == 404
    db.write_now(queries.verify_domain, "acorn", "chat.acorn.example", "t")
    sleepers.waking = after(0, DidNotStart())
    assert (await web.get("/", headers=own)).status_code == 503
    assert sleepers.asked == ["acorn"]


async def test_what_the_page_shows_it_with_wakes_nobody(web: httpx.AsyncClient, sleepers: Sleepers) -> None:
    sleepers.waking = after(0, NotToBeWoken("suspended"))
    page = await web.get("/", headers=PERSON)
    addresses = re.findall(r'href="(/static/[^"]+)"', page.text)
    asked = list(sleepers.asked)
    assert len(addresses) == 2
    for address in addresses:
        assert (await web.get(address, headers=ACORN)).status_code == 200
    assert sleepers.asked == asked


async def test_a_workspace_that_breaks_off_takes_nothing_from_the_page_that_says_so(
    web: httpx.AsyncClient, folders: Folders
) -> None:
    async with listening(folders.socket("acorn"), Scripted(b"")):
        page = await web.get("/", headers=PERSON)
        assert page.status_code == 502
        for address in re.findall(r'href="(/static/[^"]+)"', page.text):
            assert (await web.get(address, headers=ACORN)).status_code == 200


async def test_the_doorman_is_not_told_what_lets_somebody_in(
    web: httpx.AsyncClient, caddy: Settings, folders: Folders
) -> None:
    caddy.doorman_socket.unlink()
    async with listening(caddy.doorman_socket, Scripted()) as doorman:
        await web.post("/a?b", headers=ACORN | {"Cookie": "a=b", "Authorization": "Bearer c", "X-Forwarded-Uri": "/d"})
    assert doorman.requests[0].startswith(b"GET /wake/acorn HTTP/1.1")
    assert doorman.header("cookie") is doorman.header("authorization") is None
    assert doorman.header("x-forwarded-uri") == "/a?b"
    assert doorman.header("x-forwarded-method") == "post"


async def test_a_page_in_hindi_is_in_hindi(web: httpx.AsyncClient, sleepers: Sleepers) -> None:
    sleepers.waking = after(0, DidNotStart())
    page = await web.get("/", headers=PERSON | {"Accept-Language": "hi"})
    assert '<html lang="hi">' in page.text
    assert "Waking up" not in page.text


def _linking(folders: Folders, seconds: float = 0.3) -> Callable[[str], Awaitable[None]]:
    """Waking: what listens elsewhere gets the right name."""

    async def wake(workspace: str) -> None:
        await asyncio.sleep(seconds)
        if not folders.socket(workspace).exists():
            folders.socket(workspace).symlink_to("elsewhere")

    return wake
