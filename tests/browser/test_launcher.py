"""The launcher on strangers’ pages: what it costs before it is opened, and what the page can say to it."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, Request, expect

from tests.browser.axe import violations
from tests.browser.conftest import Served
from tests.browser.host import Host, breaches, embedding, report_breaches, strictest
from trulybot.widget.appearance import READABLE, contrast

pytestmark = pytest.mark.browser

ENTRY_TARGET, OPENING_TARGET = 3 * 1024, 14 * 1024  # bytes, compressed
MARK = """(() => {
    const launcher = document.querySelector("trulybot-widget").shadowRoot.querySelector(".launcher");
    const drawing = new OffscreenCanvas(1, 1).getContext("2d");
    drawing.fillStyle = getComputedStyle(launcher).color;
    drawing.fillRect(0, 0, 1, 1);
    const channels = [...drawing.getImageData(0, 0, 1, 1).data].slice(0, 3);
    return "#" + channels.map(channel => channel.toString(16).padStart(2, "0")).join("");
})()"""
STUB = "window.TrulyBot=window.TrulyBot||function(){(TrulyBot.q=TrulyBot.q||[]).push(arguments)};"
KEPT = "[...Object.keys(sessionStorage), ...Object.keys(localStorage), document.cookie].filter(Boolean)"


@pytest.fixture
async def visit(chromium: Browser, host: Host, workspace: Served) -> Any:
    """Opens a stranger’s page, under the strictest policy, that carries the widget; what the policy refused fails."""
    pages: list[Page] = []

    async def visit(body: str = "", scripts: str = "", width: int = 1000, **data: str) -> Page:
        page = await chromium.new_page(viewport={"width": width, "height": 700})
        await report_breaches(page)
        nonced = f'<script nonce="n0nce">{scripts}</script>' if scripts else ""
        widget = embedding(workspace.address, **data)
        await page.goto(host.page(f"{nonced}{body}{widget}", csp=strictest(workspace.address)))
        pages.append(page)
        return page

    yield visit
    for page in pages:
        assert await breaches(page) == []


async def test_before_it_is_opened_it_is_one_small_request_and_keeps_nothing(
    chromium: Browser, host: Host, workspace: Served
) -> None:
    page = await chromium.new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    bare = host.page("<p>Socks</p>")
    await page.goto(bare)
    del asked[:]
    await page.goto(host.page(f"<p>Socks</p>{embedding(workspace.address)}"))
    await expect(page.get_by_role("button", name="Open chat")).to_be_visible()
    await page.get_by_role("button", name="Open chat").hover()
    await page.wait_for_timeout(500)
    ours = [request for request in asked if request.url.startswith(workspace.address)]
    assert [request.url for request in ours] == [f"{workspace.address}/widget.js"]
    assert len([request for request in asked if "favicon" not in request.url]) == 2
    assert (await ours[0].sizes())["responseBodySize"] <= ENTRY_TARGET
    assert await page.evaluate(KEPT) == [] and await page.context.cookies() == []
    assert await page.evaluate("document.head.childElementCount") == 2
    assert await violations(page) == []


async def test_opened_it_is_two_more_requests_and_still_small(chromium: Browser, host: Host, workspace: Served) -> None:
    page = await chromium.new_page()
    await page.goto(host.page(embedding(workspace.address)))
    await expect(page.locator(".launcher")).to_be_visible()
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))
    await page.locator(".launcher").click()
    await expect(page.get_by_role("textbox")).to_be_focused()
    await page.wait_for_timeout(500)
    sizes = {request.url: (await request.sizes())["responseBodySize"] for request in asked}
    assert len(sizes) == 2 and all(address.startswith(workspace.address) for address in sizes)
    assert sum(sizes.values()) <= OPENING_TARGET, sizes


async def test_a_page_in_another_language_is_not_spoken_to_in_the_browsers(visit: Any) -> None:
    page = await visit(locale="de-AT")
    launcher = page.locator(".launcher")
    await expect(launcher).to_have_accessible_name("TrulyBot")
    await launcher.click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await expect(launcher).to_have_accessible_name("Chat öffnen")
    await page.evaluate("TrulyBot('locale', 'ar')")
    await expect(launcher).to_have_accessible_name("فتح المحادثة")
    assert await page.locator("trulybot-widget").get_attribute("lang") == "ar"


async def test_its_mark_can_be_seen_on_any_colour(visit: Any) -> None:
    page = await visit()
    for accent in ("#0f766e", "#ffee00", "#000066", "#777777", "#757575", "#ff0000", "#00aa55", "#ffffff", "#000000"):
        await page.evaluate(f"TrulyBot('theme', {{ accent: '{accent}' }}); 0")
        assert contrast(accent, await page.evaluate(MARK)) >= READABLE, accent


async def test_it_opens_and_gives_the_focus_back(visit: Any) -> None:
    page = await visit()
    launcher = page.locator(".launcher")
    assert await _size(launcher) == (56, 56)
    await expect(launcher).to_have_attribute("aria-haspopup", "dialog")
    await expect(launcher).to_have_attribute("aria-expanded", "false")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await expect(launcher).to_have_attribute("aria-expanded", "true")
    await expect(page.get_by_role("textbox")).to_be_focused()
    await page.evaluate("TrulyBot('close')")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(launcher).to_be_focused()
    await expect(launcher).to_have_attribute("aria-expanded", "false")


async def test_what_was_said_before_it_came_is_heard(visit: Any) -> None:
    hearing = "heard = []; document.addEventListener('trulybot:ready', event => heard.push(event.detail.bot))"
    page = await visit(scripts=f"{STUB}TrulyBot('open'); {hearing}")
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await page.evaluate("heard.length") == 1


async def test_the_page_hears_what_happens_until_it_stops_listening(visit: Any) -> None:
    page = await visit()
    await page.evaluate("heard = []; off = TrulyBot.on('open', () => heard.push('open')); 0")
    await page.evaluate("TrulyBot.on('close', () => heard.push('close')); 0")
    for verb in ("open", "close"):
        await page.evaluate(f"TrulyBot('{verb}')")
        await expect(page.get_by_role("dialog")).to_be_visible(visible=verb == "open")
    await page.evaluate("off(); TrulyBot('toggle')")
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await page.evaluate("heard") == ["open", "close"]


async def test_a_page_without_the_launcher_opens_it_by_its_own_button(visit: Any) -> None:
    page = await visit('<button id="help">Help</button>', hide_launcher="")
    assert await page.locator(".launcher").count() == 0
    await page.evaluate("help.onclick = () => TrulyBot('open'); 0")
    await page.get_by_role("button", name="Help").click()
    await expect(page.get_by_role("textbox")).to_be_focused()
    await page.evaluate("TrulyBot('close')")
    await expect(page.get_by_role("button", name="Help")).to_be_focused()


async def test_opened_by_the_page_it_takes_neither_focus_nor_place(visit: Any) -> None:
    page = await visit('<input id="shoe" autofocus>' + 200 * "<p>Sock</p>", open="")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await expect(page.locator("#shoe")).to_be_focused()
    assert await page.evaluate("scrollY") == 0


async def test_on_a_phone_nothing_comes_by_itself(visit: Any) -> None:
    page = await visit(width=390, open="", teaser="Any questions?", teaser_seconds="0")
    await expect(page.locator(".launcher")).to_be_visible()
    await page.wait_for_timeout(300)
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(page.get_by_text("Any questions?")).to_be_hidden()


async def test_a_teaser_that_was_dismissed_stays_away(visit: Any) -> None:
    page = await visit(teaser="Any questions?", teaser_seconds="0")
    await expect(page.get_by_text("Any questions?")).to_be_visible()
    assert await page.evaluate(KEPT) == []
    assert await violations(page) == []
    await page.get_by_role("button", name="Close").click()
    await expect(page.get_by_text("Any questions?")).to_be_hidden()
    await page.reload()
    await page.wait_for_timeout(300)
    await expect(page.get_by_text("Any questions?")).to_be_hidden()


async def test_where_nothing_may_be_kept_nothing_is(visit: Any) -> None:
    page = await visit(storage="none", teaser="Any questions?", teaser_seconds="0")
    await page.get_by_role("button", name="Close").click()
    await page.locator(".launcher").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await page.evaluate(KEPT) == []


async def test_nothing_is_asked_or_kept_until_the_visitor_agrees(visit: Any) -> None:
    page = await visit(consent="required")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    await page.locator(".launcher").click()
    assert await violations(page) == []
    await page.wait_for_timeout(300)
    assert asked == [] and await page.evaluate(KEPT) == []
    await page.locator(".card").get_by_role("button", name="Open chat").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.reload()
    await page.locator(".launcher").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.evaluate("TrulyBot('consent', false)")
    assert await page.evaluate(KEPT) == []


async def test_the_page_may_agree_for_the_visitor_who_waits(visit: Any) -> None:
    page = await visit(consent="required")
    await page.evaluate("TrulyBot('ask', 'How warm are they?')")
    await expect(page.locator(".card")).to_contain_text("Open chat")
    await page.evaluate("TrulyBot('consent', true)")
    await expect(page.get_by_role("dialog")).to_contain_text("How warm are they?")


async def test_what_cannot_be_loaded_is_said_and_tried_again(visit: Any, workspace: Served) -> None:
    for broken in ("**/api/widget/config*", "**/widget/*/panel.js*"):
        page = await visit()
        await page.route(broken, lambda route: route.abort())
        await page.locator(".launcher").click()
        await expect(page.get_by_role("alert")).to_have_text("The chat could not be loaded.")
        link = page.get_by_role("link", name="Open chat")
        await expect(link).to_have_attribute("href", f"{workspace.address}/chat")
        assert await violations(page) == []
        await page.unroute(broken)
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_role("dialog")).to_be_visible()


async def test_the_launcher_counts_what_came_while_it_was_closed(visit: Any) -> None:
    page = await visit()
    launcher = page.locator(".launcher")
    await page.evaluate("TrulyBot.bots.values().next().value.emit('unread', { count: 2 })")
    await expect(launcher).to_have_attribute("data-unread", "2")
    badge = await launcher.evaluate("element => getComputedStyle(element, '::after').content")
    assert badge == '"2"' and await _size(launcher) == (56, 56)
    await expect(launcher).to_have_accessible_name("Open chat (2)")
    await launcher.click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await launcher.get_attribute("data-unread") is None
    await expect(launcher).to_have_accessible_name("Open chat")


async def test_opening_what_is_open_moves_the_focus_into_it(visit: Any) -> None:
    page = await visit()
    await page.evaluate("TrulyBot('open'); 0")
    question = page.get_by_label("Your question")
    await expect(question).to_be_focused()
    await page.evaluate("document.querySelector('trulybot-widget').shadowRoot.activeElement.blur()")
    await expect(question).not_to_be_focused()
    await page.evaluate("TrulyBot('open'); 0")
    await expect(question).to_be_focused()


async def test_destroyed_it_is_gone_and_can_come_again(visit: Any, workspace: Served) -> None:
    page = await visit()
    await page.locator(".launcher").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.evaluate("TrulyBot('destroy'); TrulyBot('open')")
    await page.wait_for_timeout(300)
    assert await page.locator("trulybot-widget").count() == 0


async def test_an_old_browser_gets_a_link(chromium: Browser, host: Host, workspace: Served) -> None:
    page = await chromium.new_page()
    await page.add_init_script("CSS.supports = () => false")
    await page.goto(host.page(embedding(workspace.address)))
    await expect(page.get_by_role("link", name="Open chat")).to_have_attribute("href", f"{workspace.address}/chat")
    assert await page.locator("trulybot-widget").count() == 0


async def _size(locator: Any) -> tuple[float, float]:
    box = await locator.bounding_box()
    return box["width"], box["height"]
