"""From the sign-in link to a bot that answers on the owner's own page: what a new owner does in their first minutes."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import RETURNS, Served
from tests.browser.host import Host

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("PICTURES")  # a folder: each step is drawn into it, to be looked at
LOOKS = {"light": 1440, "dark": 1440, "phone": 375}
QUESTION = "How long do I have to return something?"


async def test_a_new_owner_is_live_in_a_handful_of_steps(
    page: Page, chromium: Browser, workspace: Served, host: Host
) -> None:
    await _set_up(page, workspace)
    await _add_a_source(page)
    await _try_it(page)
    await _allow(page, host.origin("shop.localhost"))
    line = await page.locator("pre code[data-copied]").inner_text()
    visitor = await chromium.new_page()
    await _is_answered(visitor, host.page(line, name="shop.localhost"))
    await page.goto("/inbox")
    await expect(page.get_by_role("main")).to_contain_text(QUESTION)
    await _look(page, "8-inbox")


async def _set_up(page: Page, workspace: Served) -> None:
    await page.goto(workspace.link)
    await _look(page, "1-welcome")
    await page.get_by_label("E-mail address").fill("mira@acorn.example")
    await page.get_by_label("Password").first.fill("plum orbit lantern")
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda address: "/welcome/" not in address)
    await _look(page, "2-arrived")


async def _add_a_source(page: Page) -> None:
    await page.get_by_role("link", name="Add source").first.click()
    await _look(page, "3-add")
    file = {"name": "returns.txt", "mimeType": "text/plain", "buffer": RETURNS.encode()}
    await page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Upload files").click()
    await page.wait_for_url("**/knowledge")
    await expect(page.get_by_role("listitem").get_by_text("Ready")).to_be_visible(timeout=60_000)
    await expect(page.get_by_role("main")).to_contain_text("answers from 1 passage in 1 source")
    await expect(page.get_by_role("link", name="Ready 1")).to_be_visible()
    await _look(page, "4-ready")


async def _try_it(page: Page) -> None:
    await page.goto("/knowledge/try")
    await page.get_by_label("Question").fill(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main")).to_contain_text("within 60 days")
    await _look(page, "5-tried")


async def _allow(page: Page, site: str) -> None:
    await page.get_by_role("link", name="Widget").first.click()
    await page.get_by_label("Add a site").fill(site)
    await page.get_by_role("button", name="Add site").click()
    await expect(page.locator("#sites")).to_contain_text(site)
    await _look(page, "6-widget")


async def _is_answered(visitor: Page, address: str) -> None:
    await visitor.goto(address)
    await visitor.locator(".launcher").click()
    await visitor.get_by_label("Your question").fill(QUESTION)
    await visitor.keyboard.press("Enter")
    await expect(visitor.get_by_role("dialog").locator(".prose")).to_contain_text("within 60 days")
    await _look(visitor, "7-answered")


async def _look(page: Page, step: str) -> None:
    """Nothing on this step is in anybody's way; where pictures are wanted, it is drawn in each look."""
    assert await violations(page) == []
    if PICTURES is None:
        return
    for look, width in LOOKS.items():
        await page.emulate_media(color_scheme="dark" if look == "dark" else "light", reduced_motion="reduce")
        await page.set_viewport_size({"width": width, "height": 800})
        await page.screenshot(path=Path(PICTURES) / f"{step}-{look}.png", full_page=True)
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": 1440, "height": 900})
