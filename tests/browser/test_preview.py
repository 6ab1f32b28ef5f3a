"""Mira changes how the widget is to be, and the real widget beside each form follows before anything is saved."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Served

pytestmark = pytest.mark.browser


async def test_the_preview_follows_what_is_typed_and_nothing_is_saved(page: Page, workspace: Served) -> None:
    await page.goto(workspace.link)
    await page.get_by_label("E-mail address").fill("mira@acorn.example")
    await page.get_by_label("Password").first.fill("plum orbit lantern")
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda address: "/welcome/" not in address)
    await page.set_viewport_size({"width": 1440, "height": 900})
    await _looks(page)
    await _texts(page)
    await _lead_form(page)


async def _looks(page: Page) -> None:
    await page.goto("/widget")
    frame = page.frame_locator("[data-preview]")
    await expect(frame.locator(".launcher")).to_be_visible()
    await page.get_by_label("Colour").fill("#ffee00")
    await page.get_by_label("Corner").select_option("left")
    await page.get_by_label("Teaser (optional)").fill("Any questions?")
    await expect(frame.get_by_text("Any questions?")).to_be_visible()
    await expect(frame.locator(".launcher")).to_have_css("background-color", "rgb(255, 238, 0)")
    left = await frame.locator(".launcher").evaluate("launcher => launcher.getBoundingClientRect().left")
    assert left < 40
    await frame.get_by_text("Any questions?").evaluate("teaser => teaser.click()")
    panel = frame.get_by_role("dialog")
    await expect(panel).to_be_visible()
    await page.get_by_label("Roundness, in pixels").fill("3")
    await expect(panel).to_have_css("border-radius", "3px")
    await page.get_by_label("Language").select_option("de")
    await expect(panel.get_by_role("button", name="Schließen")).to_be_visible()
    await page.get_by_label("Privacy page").fill("https://acorn.example/privacy")
    await expect(panel.locator('a[href="https://acorn.example/privacy"]')).to_be_visible()
    await expect(page.locator("[data-contrast]")).to_have_text(re.compile("On light pages a darker shade"))
    await page.get_by_label("Privacy page").fill("nowhere")
    await expect(page.get_by_text("cannot be saved as it is")).to_be_visible()
    await expect(panel.locator('a[href="https://acorn.example/privacy"]')).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Colour")).to_have_value("#0f766e")


async def _texts(page: Page) -> None:
    await page.goto("/settings")
    panel = page.frame_locator("[data-preview]").get_by_role("dialog")
    await expect(panel.get_by_text("Ask me anything about our documents.")).to_be_visible()
    await page.get_by_label("Welcome text").fill("Good day.")
    await expect(panel.get_by_text("Good day.")).to_be_visible()
    await page.get_by_label("Suggested questions").fill("How long is delivery?")
    await expect(panel.get_by_role("button", name="How long is delivery?")).to_be_visible()
    assert await violations(page) == []
    await page.reload()
    await expect(page.get_by_label("Welcome text")).not_to_have_value("Good day.")


async def _lead_form(page: Page) -> None:
    await page.goto("/lead-form")
    panel = page.frame_locator("[data-preview]").get_by_role("dialog")
    await expect(panel.get_by_text("How can we reach you?")).to_be_visible()
    await page.get_by_label("Above the fields").fill("Leave us a line.")
    await expect(panel.get_by_text("Leave us a line.")).to_be_visible()
    await page.get_by_label("Question", exact=True).first.fill("Your mailbox")
    await expect(panel.get_by_label("Your mailbox")).to_be_visible()
    word = await panel.get_by_text("(optional)").first.bounding_box()
    assert word and word["height"] < 30, "It stands in one line, and is no launcher’s mark."
    await panel.get_by_label("Your mailbox").fill("tom@acorn.example")
    await page.get_by_label("Consent").fill("I agree.")
    await expect(panel.get_by_label("I agree.")).to_be_visible()
