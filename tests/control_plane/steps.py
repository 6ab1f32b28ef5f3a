"""What a customer of a platform and a visitor of theirs do in Chromium, on the demo and in containers alike."""

import time
from collections.abc import Awaitable, Callable

from playwright.async_api import Page, expect

from tests.browser.conftest import RETURNS
from tests.browser.host import Host, embedding

EMAIL = "mira@oak.example"
PASSWORD = "plum orbit lantern"
SLUG = "oak-shop"
QUESTION = "How long do I have to return something?"
ANSWER = "within 60 days"
PATIENCE = 60_000  # milliseconds


async def sign_up(page: Page, console: str, follow_link: Callable[[], Awaitable[bool]]) -> None:
    """`follow_link` opens the link that was mailed, on `page`, once it is there."""
    await page.goto(f"{console}/sign-up")
    await page.get_by_label("E-mail address").fill(EMAIL)
    await page.keyboard.press("Enter")
    await page.get_by_text(EMAIL).first.wait_for()
    until = time.monotonic() + PATIENCE / 1000
    while not await follow_link():
        assert time.monotonic() < until, "no link was mailed"
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Make the account").click()


async def make_workspace(page: Page) -> None:
    await page.get_by_role("link", name="New workspace").first.click()
    await page.get_by_label("Name").fill("Oak Shop")
    await page.get_by_label("Address").fill(SLUG)
    await page.get_by_role("button", name="Make the workspace").click()


async def go_in(page: Page, address: str) -> None:
    await page.get_by_role("button", name="Go in").first.click()
    await page.wait_for_url(f"{address}/**")


async def add_source(page: Page, address: str) -> None:
    await page.goto(f"{address}/knowledge/add?kind=text")
    await page.get_by_label("Title").fill("Returns and refunds")
    await page.locator("#text").fill(RETURNS)
    await page.get_by_role("button", name="Add text").click()
    await expect(page.get_by_role("listitem").get_by_text("Ready")).to_be_visible(timeout=PATIENCE)


async def ask_in_widget(page: Page, shop: Host, address: str) -> None:
    page.set_default_timeout(PATIENCE)
    await page.goto(shop.page(embedding(address)))
    await page.locator(".launcher").click()
    panel = page.get_by_role("dialog")
    await panel.get_by_label("Your question").fill(QUESTION)
    await page.keyboard.press("Enter")
    await expect(panel).to_contain_text(ANSWER, timeout=PATIENCE)
