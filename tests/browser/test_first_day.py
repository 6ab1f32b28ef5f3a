"""The owner's first day, in the order of things: arrive, add a document, ask, refuse, look back."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import RETURNS, Served

pytestmark = pytest.mark.browser

EMAIL = "mira@acorn.example"
PASSWORD = "plum orbit lantern"


async def test_owner_arrives_adds_text_and_is_answered_from_it(page: Page, workspace: Served) -> None:
    await _arrive(page, workspace)
    await _add_text(page)
    await page.get_by_role("link", name="Try the chat").click()
    await page.wait_for_url("**/chat", wait_until="load")
    await page.get_by_label("Your question").fill("How long do I have to return something?")
    await page.keyboard.press("Enter")
    answer = page.locator("[data-turn]").last
    await expect(answer.locator("[data-slot=answer]")).to_contain_text("within 60 days")
    await expect(page.get_by_role("status")).to_contain_text("within 60 days")
    await answer.get_by_text("Returns and refunds").click()
    await expect(answer.locator("blockquote")).to_contain_text("within 60 days")
    await page.reload()
    await expect(page.locator("[data-turn]").last).to_contain_text("within 60 days")
    assert await violations(page) == []

    await page.get_by_label("Your question").fill("Who won the world cup in 1998?")
    await page.get_by_role("button", name="Send the question").click()
    await expect(page.locator("[data-turn]").last).to_contain_text("could not find")
    await page.goto("/gaps")
    await expect(page.get_by_role("main")).to_contain_text("Who won the world cup in 1998?")
    await page.goto("/inbox")
    await page.get_by_role("link", name=re.compile("How long do I have")).click()
    await expect(page.get_by_role("main")).to_contain_text("within 60 days")
    await _every_page_is_for_everybody(page)
    await _sign_out_and_in(page)


async def _arrive(page: Page, workspace: Served) -> None:
    await page.goto(workspace.link)
    assert await violations(page) == []
    await page.get_by_label("E-mail address").fill(EMAIL)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Add sources")).to_be_visible()


async def _add_text(page: Page) -> None:
    await page.get_by_role("link", name="Add source").click()
    await page.get_by_role("link", name="Text", exact=True).click()
    await page.get_by_label("Title").fill("Returns and refunds")
    await page.locator("#text").fill(RETURNS)
    await page.get_by_role("button", name="Add text").click()
    await expect(page.get_by_role("listitem").get_by_text("Ready")).to_be_visible(timeout=60_000)


async def _every_page_is_for_everybody(page: Page) -> None:
    paths = ("/knowledge", "/knowledge/add?kind=crawl", "/gaps", "/inbox", "/leads", "/lead-form", "/settings")
    for path in (*paths, "/account", "/api"):
        for scheme, width in (("light", 1440), ("dark", 375)):
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await page.set_viewport_size({"width": width, "height": 800})
            await page.goto(path)
            assert await violations(page) == [], (path, scheme, width)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)


async def _sign_out_and_in(page: Page) -> None:
    await page.goto("/account")
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_label("E-mail address").fill(EMAIL)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Home")).to_be_visible()
