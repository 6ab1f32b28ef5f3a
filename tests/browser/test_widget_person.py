"""A person takes over: the visitor sees who answers, and reads what they write as it comes."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Served
from tests.browser.host import Host
from tests.browser.panel import ask, choose, open_panel, program_of, visit, visiting

pytestmark = pytest.mark.browser

WORDS = "Good morning. Your tent left our **warehouse** yesterday."
SOON = 15_000  # ms
CONVERSATION = re.compile(r"\bconversation\W+([\w-]+)")


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    async with visiting(chromium) as page:
        yield page


async def test_it_shows_who_answers_and_what_they_write(page: Page, host: Host, filled: Served) -> None:
    choose(filled, lead_form={"on_request": False, "unanswered": False})
    await visit(page, host, filled)
    panel = await open_panel(page)
    async with page.expect_request("**/messages?*") as looking:
        await ask(page, "Let me talk to a person")
    conversation = (await looking.value).url.split("/")[-2]
    await expect(panel.locator(".turn .prose")).not_to_be_empty()
    await expect(panel.locator(".person")).to_be_hidden()
    with program_of(filled) as program:
        name = _take_over(program, conversation)
        await expect(panel.locator(".person")).to_have_text(f"{name} is answering", timeout=SOON)
        said = panel.locator(".said")
        await expect(said).to_contain_text(name)
        await expect(said.locator("strong")).to_have_text("warehouse")
        await expect(page.get_by_role("status").last).to_contain_text("Good morning.")

        await ask(page, "Thank you")
        await expect(panel.locator(".asked")).to_have_count(2)
        await visit(page, host, filled)
        panel = await open_panel(page)
        await expect(panel.locator(".person")).to_have_text(f"{name} is answering")
        shown = "log => [...log.querySelectorAll('.asked, .said')].map(each => each.className)"
        assert await panel.get_by_role("log").evaluate(shown) == ["asked", "said", "asked"]

        await page.keyboard.press("Escape")
        await page.evaluate("() => { TrulyBot.on('unread', ({ count }) => { document.body.dataset.unread = count }); }")
        program.post(f"/api/conversations/{conversation}/messages", json={"text": "And one more thing."})
        await expect(page.locator("body")).to_have_attribute("data-unread", "1", timeout=2 * SOON)
        await open_panel(page)
        await expect(said).to_have_count(2)

        assert program.delete(f"/api/conversations/{conversation}/handover").status_code == 204
        await expect(panel.locator(".person")).to_be_hidden(timeout=SOON)
    choose(filled, lead_form={"on_request": True, "unanswered": True})


async def test_a_visitor_who_asks_for_nobody_sees_a_person_come_all_the_same(
    page: Page, host: Host, filled: Served
) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    await ask(page)
    await expect(panel.locator(".turn[aria-busy]")).to_have_count(0)
    await expect(panel.locator(".turn .sources")).to_be_visible()
    kept = await page.evaluate("JSON.stringify({ ...sessionStorage })")
    with program_of(filled) as program:
        name = _take_over(program, CONVERSATION.findall(kept)[0])
        await expect(panel.locator(".person")).to_have_text(f"{name} is answering", timeout=4 * SOON)


def _take_over(program: httpx.Client, conversation: str) -> str:
    taken = program.post(f"/api/conversations/{conversation}/handover", json={"reason": "asked for"}).raise_for_status()
    program.post(f"/api/conversations/{conversation}/messages", json={"text": WORDS}).raise_for_status()
    return taken.json()["person"] or "A person"
