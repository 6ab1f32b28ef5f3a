"""Home while it is open: what happens is counted in without a reload, and a phone finds every page from its bar."""

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Served

pytestmark = pytest.mark.browser


async def test_home_follows_what_happens_and_a_phone_finds_its_way(page: Page, filled: Served) -> None:
    await page.goto(filled.link)
    await page.get_by_label("E-mail address").fill("mira@acorn.example")
    await page.get_by_label("Password").fill("plum orbit lantern")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Home")).to_be_visible()
    await _ask(filled, "How long may I return something?")
    await expect(page.get_by_role("heading", name="Answered 1 of 1 question")).to_be_visible()
    await _follows_in_place(page, filled)
    await _finds_every_page(page)


async def _follows_in_place(page: Page, filled: Served) -> None:
    await page.evaluate("window.isTheSame = true")
    await page.get_by_text("As a table").first.click()
    unread = page.get_by_role("main").get_by_role("link", name="1 conversation you have not read")
    await unread.focus()
    await _ask(filled, "Who won the world cup in 1998?")
    await expect(page.get_by_role("heading", name="Answered 1 of 2 questions")).to_be_visible()
    await expect(page.get_by_role("main").get_by_role("link", name="2 conversations you have not")).to_be_focused()
    await expect(page.get_by_role("main").get_by_text("Who won the world cup in 1998?")).to_be_visible()
    await expect(page.get_by_role("table").first).to_be_visible()
    assert await page.evaluate("window.isTheSame")


async def _finds_every_page(page: Page) -> None:
    for width, scheme in ((320, "light"), (375, "dark")):
        await page.set_viewport_size({"width": width, "height": 640})
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await page.goto("/gaps")
        bar = page.get_by_role("navigation", name="Workspace")
        for name in ("Home", "Inbox", "Leads", "Knowledge"):
            await expect(bar.get_by_role("link", name=name).last).to_be_in_viewport(ratio=1)
        await expect(bar.get_by_role("link", name="Settings")).to_be_hidden()
        await bar.get_by_role("button", name="More").click()
        for name in ("Answers", "Gaps", "Widget", "Settings", "Try the chat", "API", "Account"):
            await expect(bar.get_by_role("link", name=name)).to_be_in_viewport(ratio=1)
        assert await violations(page) == []
        await page.keyboard.press("Escape")
        await expect(bar.get_by_role("link", name="Settings")).to_be_hidden()
        await bar.get_by_role("link", name="Home").last.click()
        await expect(page.get_by_role("heading", name="Home")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def _ask(filled: Served, question: str) -> None:
    async with httpx.AsyncClient(base_url=filled.address) as visitor:
        (await visitor.post("/api/chat", json={"question": question}, timeout=30)).raise_for_status()
