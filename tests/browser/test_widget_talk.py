"""A visitor of somebody’s website asks, is answered from the documents, and does with the answer what they like."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.conftest import Served
from tests.browser.host import Host
from tests.browser.panel import PHONE, QUESTION, ask, choose, open_panel, visit, visiting

pytestmark = pytest.mark.browser


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    async with visiting(chromium, permissions=["clipboard-read", "clipboard-write"]) as page:
        yield page


async def test_an_answer_shows_the_sentence_it_quotes(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    await ask(page)
    answer = panel.locator(".turn .prose")
    await expect(answer).to_contain_text("within 60 days")
    link = answer.get_by_role("link", name="Source 1: Returns and refunds")
    await expect(link).to_have_attribute("aria-expanded", "false")
    await link.click()
    await expect(panel.locator("blockquote")).to_contain_text("within 60 days")
    await expect(link).to_have_attribute("aria-expanded", "true")
    await link.click(delay=100)
    await expect(panel.locator("blockquote")).to_be_hidden()
    await panel.locator(".sources").get_by_role("link", name="1 Returns and refunds").click()
    await expect(panel.locator("blockquote")).to_be_visible()
    assert page.url == f"{host.origin()}/{page.url.rsplit('/', 1)[1]}"


async def test_a_suggested_question_is_asked_and_then_they_are_gone(page: Page, host: Host, filled: Served) -> None:
    choose(filled, suggestions=[QUESTION, "Where is my order?"])
    await visit(page, host, filled)
    panel = await open_panel(page)
    await expect(panel.get_by_role("group", name="Questions to start with").get_by_role("button")).to_have_count(2)
    await panel.get_by_role("button", name=QUESTION).click()
    await expect(panel.locator(".asked")).to_contain_text(QUESTION)
    await expect(panel.locator(".prose")).to_contain_text("within 60 days")
    await expect(panel.get_by_role("button", name="Where is my order?")).to_have_count(0)
    choose(filled, suggestions=[])


async def test_what_was_said_is_there_again_on_the_next_page(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    await ask(page)
    await panel.get_by_role("button", name="This helped").click()
    await expect(page.get_by_role("status").last).to_have_text("Thank you. Noted.")
    await visit(page, host, filled)
    panel = await open_panel(page)
    await expect(panel.locator(".asked")).to_have_count(1)
    await expect(panel.locator(".prose")).to_contain_text("within 60 days")
    await expect(panel.get_by_role("button", name="This helped")).to_have_attribute("aria-pressed", "true")
    await panel.get_by_role("button", name="More").click()
    await panel.get_by_role("button", name="New conversation").click()
    await expect(panel.locator(".asked")).to_have_count(0)
    await expect(panel.locator(".hello")).to_be_visible()


async def test_a_thumb_down_asks_why(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    await ask(page)
    await panel.get_by_role("button", name="This did not help").click()
    reason = panel.get_by_label("What was missing?")
    await expect(reason).to_be_focused()
    await reason.fill("The address")
    async with page.expect_request(lambda request: "/feedback" in request.url) as sent:
        await page.keyboard.press("Enter")
    assert (await sent.value).post_data_json == {"vote": "down", "reason": "The address"}
    await expect(reason).to_have_count(0)
    await expect(panel.locator(".reason")).to_have_text("Thank you. Noted.")
    await panel.get_by_role("button", name="This helped").click()
    await expect(panel.locator(".reason")).to_have_count(0)


async def test_an_answer_is_copied_without_its_numbers(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    await ask(page)
    await panel.get_by_role("button", name="Copy answer").click()
    await expect(page.get_by_role("status").last).to_have_text("Copied")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert "within 60 days" in copied and not re.search(r"\[\d", copied)


async def test_a_chat_is_deleted_on_both_sides(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    await panel.get_by_role("button", name="More").click()
    await expect(panel.get_by_role("button", name="Delete my chat")).to_have_count(0)
    await page.keyboard.press("Escape")
    await ask(page)
    await expect(panel.locator(".actions")).to_be_visible()
    await panel.get_by_role("button", name="More").click()
    await panel.get_by_role("button", name="Delete my chat").click()
    await expect(panel.get_by_role("button", name="Keep it")).to_be_focused()
    async with page.expect_response(lambda response: response.request.method == "DELETE") as deleting:
        await panel.get_by_role("button", name="Delete my chat").click()
    deleted = await deleting.value
    assert await deleted.json() == {"deleted": True, "lead_stays": False}
    await expect(panel.locator(".cut")).to_have_text("Your chat is deleted.")
    await expect(panel.locator(".asked")).to_have_count(0)
    assert httpx.get(deleted.url).status_code == 404


async def test_enter_sends_and_shift_enter_breaks_the_line(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    text = panel.get_by_label("Your question")
    await expect(text).to_be_focused()
    one_line = await height_of(page, ".composer")
    await page.keyboard.press("Enter")
    await expect(panel.locator(".asked")).to_have_count(0)
    for line in range(1, 9):
        await page.keyboard.type(f"Line {line}")
        await page.keyboard.press("Shift+Enter")
    assert await height_of(page, ".composer") == one_line + 4 * 24
    await text.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await expect(text).to_have_value(re.compile("Line 8"))
    await page.keyboard.press("Enter")
    await expect(panel.locator(".asked")).to_contain_text("Line 8")
    assert await height_of(page, ".composer") == one_line


async def test_the_end_of_the_room_is_told_when_it_is_near(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    text = panel.get_by_label("Your question")
    await text.fill("x" * 1800)
    await expect(panel.locator(".left")).to_be_hidden()
    await text.fill("x" * 1801)
    await expect(panel.locator(".left")).to_have_text("199 characters left")
    await text.fill("")
    await page.keyboard.insert_text("x" * 2500)
    await expect(panel.locator(".left")).to_have_text("0 characters left")


async def test_the_page_around_is_told_what_happens(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    await page.evaluate("""() => {
        document.body.dataset.heard = "";
        for (const name of ["open", "close", "message", "answer", "feedback", "unread"])
            TrulyBot.on(name, () => { document.body.dataset.heard += ` ${name}`; });
    }""")
    panel = await open_panel(page)
    await ask(page)
    await panel.get_by_role("button", name="This helped").click()
    await expect(page.get_by_role("status").last).to_have_text("Thank you. Noted.")
    let_go = asyncio.Event()

    async def hold(route: Route) -> None:
        await let_go.wait()
        await route.continue_()

    await page.route("**/api/chat", hold)
    await ask(page)
    await page.keyboard.press("Escape")
    told = " open message answer feedback message close"
    await expect(page.locator("body")).to_have_attribute("data-heard", told)
    let_go.set()
    await expect(page.locator("body")).to_have_attribute("data-heard", f"{told} answer unread")


async def test_on_a_phone_it_is_the_whole_screen_and_nothing_else(
    chromium: Browser, host: Host, filled: Served
) -> None:
    async with visiting(chromium, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        await visit(page, host, filled)
        panel = await open_panel(page)
        assert await panel.bounding_box() == {"x": 0, "y": 0, "width": PHONE["width"], "height": PHONE["height"]}
        await ask(page)
        await expect(panel.locator(".prose")).to_contain_text("within 60 days")
        assert await panel.evaluate("element => element.scrollWidth <= element.clientWidth")


async def height_of(page: Page, selector: str) -> float:
    height: float = await page.locator(selector).evaluate("element => element.offsetHeight")
    return height


async def test_who_takes_their_consent_back_leaves_nothing_in_the_browser(
    page: Page, host: Host, filled: Served
) -> None:
    await visit(page, host, filled, consent="required")
    await page.locator(".launcher").click()
    await page.locator(".card").get_by_role("button", name="Open chat").click()
    await ask(page)
    await expect(page.get_by_role("dialog").locator(".prose")).to_contain_text("within 60 days")
    assert await page.evaluate("Object.keys(sessionStorage).length") > 0
    await page.evaluate("TrulyBot('consent', false); 0")
    await expect(page.get_by_role("dialog").locator(".asked")).to_have_count(0)
    assert await page.evaluate("Object.keys(sessionStorage)") == []
