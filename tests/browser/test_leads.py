"""A visitor offers to be called, looks at what was understood, and sends it; the owner finds them and follows up."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

OFFER = "Please call me at +44 20 7946 0958, my name is Mira Rao"


async def test_visitor_offers_and_confirms_and_the_owner_follows_up(page: Page, workspace: Served) -> None:
    await _arrive(page, workspace)

    await page.goto("/chat")
    await page.get_by_label("Your question").fill(OFFER)
    await page.keyboard.press("Enter")
    form = page.get_by_role("form", name="Leave your details")
    await expect(form.get_by_label("Telephone")).to_have_value("+44 20 7946 0958")
    await expect(form.get_by_label("Name")).to_have_value("Mira Rao")
    assert await violations(page) == []
    await form.get_by_label("E-mail").fill("mira@acorn.example")
    await form.get_by_label("Telephone").fill("+44 20 7946 0959")
    await form.get_by_role("button", name="Send your details").click()
    await expect(page.get_by_text("Thank you. Somebody gets back to you.")).to_be_visible()
    assert await violations(page) == []

    await page.goto("/leads")
    await page.get_by_role("link", name="Mira Rao", exact=True).click()
    await expect(page.get_by_role("link", name="+442079460959")).to_be_visible()
    await page.get_by_label("Status").select_option("Contacted")
    await page.get_by_role("button", name="Save status").click()
    await page.get_by_label("Add a note").fill("Wants lamps.")
    await page.get_by_role("button", name="Add note").click()
    await expect(page.get_by_text("Wants lamps.")).to_be_visible()
    await _is_for_everybody(page, "/leads", page.url.partition("#")[0])
    await page.get_by_role("button", name="Delete", exact=True).click()
    await page.get_by_role("button", name="Delete lead and 1 note").click()
    await expect(page.get_by_text("Deleted 1 lead.")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("1 lead is back.")).to_be_visible()
    await expect(page.get_by_role("link", name="Mira Rao", exact=True)).to_be_visible()
    await page.get_by_label("Tick Mira Rao").check()
    await page.get_by_role("button", name="Delete those ticked").click()
    await page.get_by_role("button", name="Delete 1 lead").click()
    await page.goto("/leads/deleted")
    await expect(page.locator("bdi", has_text="Mira Rao")).to_be_visible()
    await _is_for_everybody(page, "/leads/deleted", "/mails")
    await _the_secret_of_a_new_webhook_is_shown_once(page)


async def _the_secret_of_a_new_webhook_is_shown_once(page: Page) -> None:
    await page.goto("/lead-settings")
    await page.get_by_label("Address").fill("https://127.0.0.1/leads")
    await page.get_by_role("button", name="Save address").click()
    await expect(page.get_by_text("whsec_")).to_be_visible()
    assert await violations(page) == []
    await page.goto("/lead-settings")
    await expect(page.get_by_text("whsec_")).to_have_count(0)
    await page.get_by_role("button", name="Send a trial", exact=True).click()
    await expect(page.get_by_text("It is on its way.")).to_be_visible()
    await page.goto("/lead-settings/deliveries")
    await _is_for_everybody(page, "/lead-settings", "/lead-settings/deliveries")


async def test_a_second_invitation_fills_what_is_empty_and_keeps_what_was_typed(page: Page, workspace: Served) -> None:
    await page.goto("/chat")
    await page.get_by_label("Your question").fill("Let me talk to someone")
    await page.keyboard.press("Enter")
    form = page.get_by_role("form", name="Leave your details")
    await form.get_by_label("Name").fill("Chen")
    await page.get_by_label("Your question").fill(OFFER)
    await page.keyboard.press("Enter")
    await expect(form.get_by_label("Telephone")).to_have_value("+44 20 7946 0958")
    await expect(form.get_by_label("Name")).to_have_value("Chen")
    await expect(page.get_by_role("form", name=re.compile("details"))).to_have_count(1)


async def _arrive(page: Page, workspace: Served) -> None:
    await page.goto(workspace.link)
    await page.get_by_label("E-mail address").fill("owner@acorn.example")
    await page.get_by_label("Password").fill("plum orbit lantern")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Add sources")).to_be_visible()


async def _is_for_everybody(page: Page, *paths: str) -> None:
    for path in paths:
        for scheme, width in (("light", 1440), ("dark", 375)):
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await page.set_viewport_size({"width": width, "height": 800})
            await page.goto(path)
            assert await violations(page) == [], (path, scheme, width)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
