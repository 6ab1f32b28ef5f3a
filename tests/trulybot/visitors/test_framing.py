"""The chat page in a frame: on the allowed sites alone, and usable there without a cookie."""

import re

import httpx
import pytest

from tests.cast import Browser
from trulybot.settings import Settings

FRAMED = {"sec-fetch-dest": "iframe", "sec-fetch-site": "same-origin"}


def ancestors(page: httpx.Response) -> str:
    found = re.search(r"frame-ancestors ([^;]+)$", page.headers["content-security-policy"])
    assert found
    return found[1]


def named_in(page: httpx.Response) -> str:
    names = set(re.findall(r'name="conversation" value="([^"]*)"', page.text))
    (name,) = names
    found: str = name
    return found


async def test_nobody_may_frame_it_until_a_site_is_listed(charlie: Browser) -> None:
    page = await charlie.get("/chat")
    assert (ancestors(page), page.headers["x-frame-options"]) == ("'none'", "DENY")


@pytest.mark.usefixtures("listed")
async def test_the_allowed_sites_may_frame_it(charlie: Browser) -> None:
    for page in (await charlie.get("/chat"), await charlie.submit("/chat", question=" ")):
        assert ancestors(page) == "https://shop.example https://*.shop.example"
        assert "x-frame-options" not in page.headers
        assert "default-src 'none'; script-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.usefixtures("listed")
async def test_no_other_page_may_be_framed_by_anybody(charlie: Browser, mira: Browser) -> None:
    for page in [
        await charlie.get("/sign-in"),
        await charlie.get("/api"),
        await charlie.get("/up"),
        await charlie.get("/chat/nothing"),
        await charlie.post("/api/chat", json={"question": "hello"}),
        await mira.get("/settings"),
        await mira.get("/account"),
        await mira.get("/inbox"),
    ]:
        assert (ancestors(page), page.headers["x-frame-options"]) == ("'none'", "DENY"), page.request.url


async def test_in_a_frame_the_conversation_goes_on_without_a_cookie(charlie: Browser) -> None:
    asked = await charlie.post("/chat", data={"question": "hello", "conversation": ""}, headers=FRAMED)
    assert asked.status_code == 200 and "set-cookie" not in asked.headers
    handle = named_in(asked)
    assert not charlie.cookies
    again = await charlie.post("/chat", data={"question": "thanks", "conversation": handle}, headers=FRAMED)
    assert named_in(again) == handle
    assert again.text.index(">hello<") < again.text.index(">thanks<")
    assert named_in(await charlie.get("/chat", headers=FRAMED)) == ""


async def test_a_name_that_proves_nothing_begins_anew(charlie: Browser, robin: Browser) -> None:
    first = named_in(await charlie.post("/chat", data={"question": "hello"}, headers=FRAMED))
    for name in (first.partition(".")[0], f"{first[:-1]}x", "é.0", "\0"):
        page = await charlie.post("/chat", data={"question": "thanks", "conversation": name}, headers=FRAMED)
        assert named_in(page) not in (first, name)
    assert len((await robin.get("/api/conversations")).json()["conversations"]) == 5


async def test_outside_of_a_frame_the_browser_remembers(charlie: Browser) -> None:
    asked = await charlie.submit("/chat", question="hello", conversation="")
    assert asked.status_code == 303
    assert "SameSite=lax" in asked.headers["set-cookie"]
    assert named_in(await charlie.get("/chat")) != ""


class TestInDevelopment:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return Settings(data=settings.data)

    async def test_this_machines_pages_may_frame_it(self, charlie: Browser) -> None:
        found = ancestors(await charlie.get("/chat"))
        assert found == "http://localhost:* http://*.localhost:* http://127.0.0.1:*"
