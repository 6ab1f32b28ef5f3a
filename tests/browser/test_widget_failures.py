"""What goes wrong is said where it happened, with what can be done; the form can be filled in all the same."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.conftest import Served
from tests.browser.host import Host
from tests.browser.panel import QUESTION, ask, open_panel, refusing, visit, visiting

pytestmark = pytest.mark.browser

NOT_ALLOWED = "This site may not use the workspace. Add http://shop.example to the allowed sites."
CUT = """event: turn
id: 0
data: {"conversation": null, "turn": "t"}

event: token
id: 11
data: {"text": "You may ret"}

event: error
id: 12
data: {"detail": "The answer was cut off."}

"""


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    async with visiting(chromium) as page:
        yield page


@pytest.mark.parametrize(
    ("status", "detail", "said"),
    [
        (403, NOT_ALLOWED, "not switched on for this website"),
        (503, "The workspace has used up what it may this month.", ""),
        (500, "Something failed.", ""),
    ],
)
async def test_a_refusal_is_said_at_the_question_and_the_form_still_works(
    page: Page, host: Host, filled: Served, status: int, detail: str, said: str
) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    await refusing(page, status, detail)
    await ask(page)
    alert = panel.locator(".turn").get_by_role("alert")
    await expect(alert).not_to_be_empty()
    await expect(alert).to_contain_text(said)
    await expect(panel.locator(".asked")).to_contain_text(QUESTION)
    await panel.get_by_role("button", name="Leave your contact details").click()
    await expect(panel.get_by_label("E-mail")).to_be_focused()
    await page.keyboard.type("mira@acorn.example")
    await page.keyboard.press("Enter")
    await expect(panel.locator(".thanks")).to_be_focused()


async def test_who_asks_too_often_sees_how_long_to_wait(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    await refusing(page, 429, "That was too often.", **{"retry-after": "3"})
    await ask(page)
    again = panel.get_by_role("button", name="Try again")
    await expect(again).to_have_text("Try again (2)")
    await expect(again).to_be_disabled()
    await page.unroute("**/api/chat")
    await expect(again).to_be_enabled()
    await again.click()
    await expect(panel.locator(".prose")).to_contain_text("within 60 days")
    await expect(panel.locator(".asked")).to_have_count(1)


async def test_who_is_offline_asks_again_when_the_line_is_back(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    await page.context.set_offline(True)
    await ask(page)
    await expect(panel.get_by_role("alert")).not_to_be_empty()
    await page.context.set_offline(False)
    await panel.get_by_role("button", name="Try again").click()
    await expect(panel.locator(".prose")).to_contain_text("within 60 days")
    await expect(panel.get_by_role("alert")).to_have_count(0)


async def test_an_answer_that_was_cut_off_keeps_what_was_said(page: Page, host: Host, filled: Served) -> None:
    async def interrupt(route: Route) -> None:
        headers = {"content-type": "text/event-stream", "access-control-allow-origin": "*"}
        await route.fulfill(headers=headers, body=CUT)

    await visit(page, host, filled)
    panel = await open_panel(page)
    await page.route("**/api/chat", interrupt)
    await ask(page)
    await expect(panel.get_by_role("alert")).not_to_be_empty()
    await expect(panel.locator(".prose")).to_have_text("You may ret")
    await page.unroute("**/api/chat")
    await panel.get_by_role("button", name="Try again").click()
    await expect(panel.locator(".prose")).to_contain_text("within 60 days")


async def test_a_vote_that_is_not_kept_is_not_shown(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    await ask(page)
    await page.route("**/feedback", lambda route: route.abort())
    helped = panel.get_by_role("button", name="This helped")
    await helped.click()
    await expect(helped).to_have_attribute("aria-pressed", "false")
    await page.unroute("**/feedback")
    await helped.click()
    await expect(helped).to_have_attribute("aria-pressed", "true")


async def test_a_history_that_takes_long_has_its_shape_at_once(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    await ask(page)
    await expect(panel.locator(".actions")).to_be_visible()
    held: list[Route] = []
    await page.route("**/api/chat/*", lambda route: held.append(route))
    await visit(page, host, filled)
    panel = await open_panel(page)
    await expect(panel.locator(".skeleton")).to_be_visible()
    await expect(panel.locator(".hello")).to_have_count(0)
    await held[0].continue_()
    await expect(panel.locator(".prose")).to_contain_text("within 60 days")
    await expect(panel.locator(".skeleton")).to_have_count(0)


async def test_a_reader_elsewhere_is_told_of_what_is_new(page: Page, host: Host, filled: Served) -> None:
    await page.set_viewport_size({"width": 1000, "height": 520})
    await visit(page, host, filled)
    panel = await open_panel(page)
    await ask(page)
    await expect(panel.locator(".actions")).to_have_count(1)
    await ask(page)
    await expect(panel.locator(".actions")).to_have_count(2)
    assert await _is_at_end(page)
    held: list[Route] = []
    await page.route("**/api/chat", lambda route: held.append(route))
    await ask(page)
    await expect(panel.locator(".asked")).to_have_count(3)
    await panel.get_by_role("log").evaluate("log => log.scrollTo(0, 0)")
    newer = panel.get_by_role("button", name="New messages")
    await expect(newer).to_be_hidden()
    await held[0].continue_()
    await expect(newer).to_be_visible()
    assert not await _is_at_end(page)
    await newer.click()
    await expect(newer).to_be_hidden()
    assert await _is_at_end(page)


async def _is_at_end(page: Page) -> Any:
    return await page.get_by_role("log").evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight < 2")
