"""Somebody of the staff in the inbox beside a visitor: each sees what the other says, without a reload."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.complaints import complaints_of
from tests.browser.conftest import Served
from tests.browser.test_person import program_of
from tests.cast import MIRA, PASSWORD

pytestmark = pytest.mark.browser

QUESTION = "How long do I have to return something?"
WORDS = "Good morning, this is Mira."
SOON = 10_000  # ms

RECORDING = """
window.told = [];
window.Notification = class { constructor(title, more) { told.push({title, ...more}) } };
Notification.permission = "default";
Notification.requestPermission = async () => Notification.permission = "granted";
"""


@asynccontextmanager
async def staff(chromium: Browser, filled: Served, *, script: bool = True) -> AsyncIterator[Page]:
    """The owner’s browser; what its console complains of fails the test."""
    context = await chromium.new_context(
        base_url=filled.address, java_script_enabled=script, viewport={"width": 1440, "height": 900}
    )
    page = await context.new_page()
    complaints = complaints_of(page)
    await page.goto(filled.link)
    if "/welcome/" not in page.url or not await page.get_by_label("Password").count():
        await page.goto("/sign-in")
    await page.get_by_label("E-mail address").fill(MIRA)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda address: "/welcome/" not in address and "/sign-in" not in address)
    complaints.clear()  # of the link, which works once
    yield page
    assert not complaints
    await context.close()


async def ask(visitor: Page, question: str) -> None:
    await visitor.get_by_label("Your question").fill(question)
    await visitor.keyboard.press("Enter")
    await expect(visitor.locator("[data-turn]").last).not_to_have_attribute("aria-busy", "true", timeout=SOON)


async def test_a_person_and_a_visitor_talk_and_each_sees_the_other_live(
    chromium: Browser, page: Page, filled: Served
) -> None:
    async with staff(chromium, filled) as mira:
        await mira.goto("/inbox")
        await page.goto("/chat")
        await ask(page, QUESTION)
        row = mira.locator(".talk", has_text=QUESTION)
        await expect(row).to_be_visible(timeout=SOON)
        await expect(mira.locator("#unread")).to_contain_text("1", timeout=SOON)
        await row.get_by_role("link").click()
        await expect(mira.locator("#unread")).to_be_empty()
        reply = mira.get_by_label("Write to the visitor")
        await reply.fill("Half a tho")
        await ask(page, "Talk to a human")
        await expect(mira.locator("#inbox-transcript")).to_contain_text("Talk to a human", timeout=SOON)
        await expect(mira.locator("[data-announcer]")).not_to_be_empty()
        await expect(reply).to_have_value("Half a tho")
        await expect(reply).to_be_focused()
        await reply.fill(WORDS)
        await mira.get_by_role("button", name="Take over and send").click()
        await expect(page.locator(".message")).to_contain_text(WORDS, timeout=15_000)
        await expect(mira.locator("#inbox-transcript")).to_contain_text("given to the visitor", timeout=SOON)
        await ask(page, "It is broken.")
        await expect(mira.locator("#inbox-transcript")).to_contain_text("It is broken.", timeout=SOON)
        await mira.get_by_role("button", name="Give back to the bot").click()
        await expect(mira.get_by_text("The bot answers here. Write, and you take over.")).to_be_visible()


async def test_two_who_look_see_each_other(chromium: Browser, page: Page, filled: Served) -> None:
    """The same person in another browser is nobody else, so a program is the other."""
    await page.goto("/chat")
    await ask(page, QUESTION)
    conversation = str(await page.locator("body").get_attribute("data-conversation")).partition(".")[0]
    async with staff(chromium, filled) as mira:
        await mira.goto(f"/inbox/{conversation}")
        with program_of(filled) as program:
            with program.stream("GET", f"/inbox/live?conversation={conversation}") as stream:
                lines = stream.iter_lines()  # kept: the stream ends with its reader
                assert next(lines).startswith(":")
                await expect(mira.locator("#inbox-head")).to_contain_text("looking at this too", timeout=SOON)
            await expect(mira.locator("#inbox-head")).not_to_contain_text("looking at this too", timeout=SOON)


async def test_the_list_is_walked_and_searched_by_keys(chromium: Browser, page: Page, filled: Served) -> None:
    for question in (QUESTION, "Who composed the opera Tosca?"):
        await page.context.clear_cookies()
        await page.goto("/chat")
        await ask(page, question)
    async with staff(chromium, filled) as mira:
        await mira.goto("/inbox")
        rows = mira.locator("a.row-link")
        await mira.keyboard.press("j")
        await expect(rows.nth(0)).to_be_focused()
        await mira.keyboard.press("j")
        await expect(rows.nth(1)).to_be_focused()
        await mira.keyboard.press("k")
        first = await rows.nth(0).get_attribute("href")
        await mira.keyboard.press("Enter")
        await mira.wait_for_url(f"**{first}")
        await mira.keyboard.press("/")
        await expect(mira.get_by_role("searchbox")).to_be_focused()
        await mira.keyboard.type("return jj")
        await expect(mira.get_by_role("searchbox")).to_have_value("return jj")
        await mira.get_by_role("searchbox").fill("opera")
        await mira.keyboard.press("Enter")
        await expect(rows).to_have_count(1)


async def test_without_script_a_person_takes_over_and_answers(chromium: Browser, page: Page, filled: Served) -> None:
    await page.goto("/chat")
    await ask(page, QUESTION)
    await ask(page, "Talk to a human")
    async with staff(chromium, filled, script=False) as mira:
        await mira.goto("/inbox?show=wanted")
        await mira.locator("a.row-link").first.click()
        await mira.get_by_label("Write to the visitor").fill(WORDS)
        await mira.get_by_role("button", name="Take over and send").click()
        await expect(mira.get_by_text("You have this conversation.")).to_be_visible()
    await expect(page.locator(".message")).to_contain_text(WORDS, timeout=15_000)


async def test_a_wish_for_a_person_is_told_to_who_asked_for_that_and_nothing_before(
    chromium: Browser, page: Page, filled: Served
) -> None:
    async with staff(chromium, filled) as mira:
        await mira.add_init_script(RECORDING)
        await mira.goto("/inbox")
        await page.goto("/chat")
        await ask(page, "Talk to a human")
        await expect(mira.locator(".talk", has_text="Talk to a human").first).to_be_visible(timeout=SOON)
        assert await mira.evaluate("told") == []
        switch = mira.locator("[data-notify]")
        await switch.click()
        await expect(switch).to_have_attribute("aria-pressed", "true")
        await page.context.clear_cookies()
        await page.goto("/chat")
        await ask(page, "I need to speak to a person")
        await expect(mira.locator(".talk", has_text="I need to speak").first).to_be_visible(timeout=SOON)
        told = await mira.evaluate("told")
        assert [(one["title"], one["body"]) for one in told] == [
            ("A visitor wants a person", "I need to speak to a person")
        ]
        await switch.click()
        await expect(switch).to_have_attribute("aria-pressed", "false")
