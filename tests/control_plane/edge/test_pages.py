"""Doors that do not open, as somebody in a browser meets them."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright

from control_plane.folders import Folders
from control_plane.runtimes.waking import NotToBeWoken
from control_plane.settings import Settings
from control_plane.workspaces.models import State
from tests.browser.axe import violations
from tests.control_plane.edge.conftest import Sleepers
from tests.control_plane.edge.sockets import Scripted, listening
from tests.needs import ARGUMENTS, CHROMIUM

PAGE = b"<!doctype html><title>Open</title><h1>Come in</h1>"
COME_IN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("doorman")]


@pytest.fixture(params=["light", "dark"])
async def page(request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """Without scripts of our own there is nothing that could be switched off."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield await browser.new_page(color_scheme=request.param, viewport={"width": 375, "height": 700})
        await browser.close()


async def test_the_waiting_page_opens_by_itself(
    page: Page, caddy: Settings, folders: Folders, sleepers: Sleepers
) -> None:
    open_now = asyncio.Event()

    async def wake(workspace: str) -> None:
        await open_now.wait()
        if not folders.socket(workspace).exists():
            folders.socket(workspace).symlink_to("elsewhere")

    sleepers.waking = wake
    async with listening(folders.socket("acorn").with_name("elsewhere"), Scripted(COME_IN)):
        await page.goto(f"http://acorn.localhost:{caddy.port}/chat")
        assert await page.text_content("h1") == "Waking up"
        open_now.set()
        await page.get_by_role("heading", name="Come in").wait_for(timeout=15_000)
        assert page.url == f"http://acorn.localhost:{caddy.port}/chat"


@pytest.mark.parametrize("state", ["suspended", "closed", "broken", "erased", "asleep"])
async def test_a_page_at_a_closed_door_is_for_everybody(
    page: Page, caddy: Settings, sleepers: Sleepers, state: State
) -> None:
    async def wake(_: str) -> None:
        if state == "asleep":
            await asyncio.sleep(60)
        raise NotToBeWoken(state)

    sleepers.waking = wake
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    await page.goto(f"http://acorn.localhost:{caddy.port}/")
    await page.evaluate("stop()")  # asking again, so that there is time to look
    assert await violations(page) == []
    assert complaints == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)") > 24  # styled
