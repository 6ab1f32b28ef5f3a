"""Mira changes how the widget looks, and the real widget beside the form follows before anything is saved."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Served

pytestmark = pytest.mark.browser


async def test_the_preview_follows_what_is_typed_and_nothing_is_saved(page: Page, workspace: Served) -> None:
    await page.goto(workspace.link)
    await page.get_by_label("E-mail address").fill("mira@acorn.example")
    await page.get_by_label("Password").first.fill("plum orbit lantern")
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda address: "/welcome/" not in address)
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.goto("/widget")
    frame = page.frame_locator("[data-preview]")
    await expect(frame.locator(".launcher")).to_be_visible()
    await page.get_by_label("Colour").fill("#ffee00")
    await page.get_by_label("Corner").select_option("left")
    await expect(frame.locator('script[data-accent="#ffee00"][data-position="left"]')).to_have_count(1)
    await expect(frame.locator(".launcher")).to_be_visible()
    await page.get_by_label("Ask for consent first").check()
    await page.get_by_label("Privacy page").fill("https://acorn.example/privacy")
    await expect(frame.locator('script[data-privacy-url="https://acorn.example/privacy"]')).to_have_count(1)
    await frame.locator(".launcher").click()
    await expect(frame.locator('a[href="https://acorn.example/privacy"]')).to_be_visible()
    await expect(page.locator("[data-contrast]")).to_have_text(re.compile("On light pages a darker shade"))
    await page.reload()
    await expect(page.get_by_label("Colour")).to_have_value("#0f766e")
    await expect(page.get_by_label("Ask for consent first")).not_to_be_checked()
