"""The visitor's page: without script, by keyboard, over a line that breaks, with text that means harm."""

import pytest
from playwright.async_api import Browser, Page, Request, Route, expect

from tests.browser.axe import violations
from tests.browser.conftest import Served

pytestmark = pytest.mark.browser

QUESTION = "How long do I have to return something?"


async def test_works_without_script(chromium: Browser, filled: Served) -> None:
    page = await chromium.new_page(base_url=filled.address, java_script_enabled=False)
    await page.goto("/chat")
    await page.get_by_label("Your question").fill(QUESTION)
    await page.get_by_role("button", name="Send the question").click()
    await expect(page.locator(".answer")).to_contain_text("within 60 days")
    await page.locator("summary").first.click()
    await expect(page.locator("blockquote").first).to_be_visible()
    await page.get_by_role("button", name="New conversation").click()
    await expect(page.locator(".answer")).to_have_count(0)


async def test_everything_is_reached_by_keyboard(page: Page, filled: Served) -> None:
    await page.goto("/chat")
    await _tab_to(page, "question")
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("Please be exact.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("within 60 days")
    await expect(page.get_by_label("Your question")).to_be_focused()
    await expect(page.get_by_label("Your question")).to_have_value("")
    await page.locator(".cite").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("summary").first).to_be_focused()
    await expect(page.locator("blockquote").first).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.locator("blockquote").first).to_be_hidden()


async def test_broken_line_loses_nothing_and_asks_only_once(page: Page, filled: Served) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if request.method == "POST" else None)
    await page.goto("/chat")
    await page.route("**/api/chat", _cut_after_the_first_event)
    await page.get_by_label("Your question").fill(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("within 60 days")
    assert len(asked) == 1 and asked[0].headers["idempotency-key"]
    whole = (await (await page.request.post("/api/chat", data={"question": QUESTION})).json())["answer"]
    assert await page.locator(".answer").inner_text() == whole.replace("[1]", "1").replace("[2]", "2")


async def test_refusal_of_the_server_is_said_and_the_question_kept(page: Page, filled: Served) -> None:
    async def too_often(route: Route) -> None:
        await route.fulfill(status=200, headers={"content-type": "text/event-stream"}, body=SLOW_DOWN)

    await page.goto("/chat")
    await page.route("**/api/chat", too_often)
    await page.get_by_label("Your question").fill(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Try again in 20 seconds.")
    await expect(page.get_by_label("Your question")).to_have_value(QUESTION)
    assert await violations(page) == []
    await page.unroute("**/api/chat")
    await page.get_by_role("button", name="Send it again").click()
    await expect(page.get_by_role("status")).to_contain_text("within 60 days")
    await expect(page.locator(".asked:visible")).to_have_count(1)


SLOW_DOWN = 'id: 1\nevent: error\ndata: {"detail": "That was too often. Try again in 20 seconds."}\n\n'


async def test_to_stop_ends_the_answer_and_not_only_the_reading(page: Page, filled: Served) -> None:
    begun = (
        'event: turn\nid: 0\ndata: {"conversation": "c_1.x", "turn": "t_1"}\n\n'
        'event: token\nid: 7\ndata: {"text": "Refunds"}\n\n'
    )
    asked: list[tuple[str, str]] = []

    async def hold(route: Route) -> None:
        asked.append((route.request.method, route.request.url.removeprefix(filled.address)))
        if route.request.method == "DELETE":
            await route.fulfill(json={})

    await page.route("**/api/chat", lambda route: route.fulfill(body=begun, content_type="text/event-stream"))
    await page.route("**/stream", hold)
    await page.goto("/chat")
    await page.get_by_label("Your question").fill("When do refunds come?")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Stop answering").click()
    await expect(page.locator(".turn-note")).to_have_text("You stopped this answer here.")
    assert asked[-1] == ("DELETE", "/api/chat/c_1.x/turns/t_1/stream")


async def test_text_stays_text(page: Page, filled: Served) -> None:
    await page.goto("/chat")
    for text in ("<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "{{ 7*7 }}"):
        await page.get_by_label("Your question").fill(text)
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Your question")).to_have_value("")
        await expect(page.get_by_role("button", name="Send the question")).to_be_visible()
        await expect(page.locator(".asked").last).to_contain_text(text)
    await page.reload()
    await expect(page.locator(".asked").first).to_contain_text("<img src=x")
    assert await page.locator("main img, main script").count() == 0


async def test_nothing_is_asked_of_anybody_else(page: Page, filled: Served) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto("/chat")
    await page.get_by_label("Your question").fill(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("within 60 days")
    assert asked and all(url.startswith(f"{filled.address}/") for url in asked)


async def _cut_after_the_first_event(route: Route) -> None:
    answer = await route.fetch()
    first, rest = (await answer.text()).split("\n\n", 1)
    assert "event: token" in rest
    await route.fulfill(response=answer, body=f"{first}\n\n{rest[:40]}")


async def _tab_to(page: Page, name: str) -> None:
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.id") == name:
            return
    pytest.fail(f"Tab never comes to {name}")
