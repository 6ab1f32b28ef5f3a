"""The widget on pages that make it hard: strict policies, hostile styles, bodies that are swapped, several bots."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.conftest import Served
from tests.browser.host import NONCE, Host, breaches, embedding, report_breaches, strictest
from tests.needs import ARGUMENTS, CHROMIUM

pytestmark = pytest.mark.browser

POLICIES = {
    "nothing but nonces": strictest("{}"),
    "strict-dynamic": f"script-src 'nonce-{NONCE}' 'strict-dynamic'; style-src 'none'; connect-src {{}}",
    "by origin": "default-src 'none'; script-src {}; style-src 'none'; connect-src {}",
}
HOSTILE = {
    "unset": "* { all: unset !important }",
    "hidden": "div, aside, button, dialog, svg, p, trulybot-widget { display: none !important }",
    "moved": "* { position: static !important; margin: 50px !important; transform: scale(0.5) !important }",
    "small": "html { font-size: 62.5% } * { font: 6px/1 serif !important; color: red !important }",
    "clipped": "html, body { overflow: hidden; contain: paint; transform: translateX(0); filter: blur(0) }",
    "variables": ":root, * { --accent: red !important; --offset: 300px !important; --accent-on: red !important }",
    "from the right": "html { direction: rtl } * { direction: rtl !important; text-align: right !important }",
    "banner": "main { position: fixed; inset: 0; z-index: 2147483647; background: wheat }",
}
LOOKS = """() => {
    const launcher = document.querySelector("trulybot-widget").shadowRoot.querySelector(".launcher");
    const {color, backgroundColor, borderRadius, fontSize, boxShadow} = getComputedStyle(launcher);
    const {left, top, width, height} = launcher.getBoundingClientRect();
    return [color, backgroundColor, borderRadius, fontSize, boxShadow, left, top, width, height];
}"""


@pytest.mark.parametrize("policy", POLICIES)
async def test_a_strict_policy_finds_nothing_to_refuse(
    chromium: Browser, host: Host, workspace: Served, policy: str
) -> None:
    page = await chromium.new_page()
    await report_breaches(page)
    await page.goto(host.page(embedding(workspace.address), csp=POLICIES[policy].replace("{}", workspace.address)))
    await page.locator(".launcher").click()
    await expect(page.get_by_role("textbox")).to_be_focused()
    await page.keyboard.press("Escape")
    assert await breaches(page) == []


async def test_a_policy_that_lets_nothing_be_asked_is_answered_with_a_link(
    chromium: Browser, host: Host, workspace: Served
) -> None:
    page = await chromium.new_page()
    await report_breaches(page)
    await page.goto(host.page(embedding(workspace.address), csp=f"script-src 'nonce-{NONCE}'; connect-src 'none'"))
    await page.locator(".launcher").click()
    await expect(page.get_by_role("alert")).to_have_text("The chat could not be loaded.")
    await expect(page.get_by_role("link", name="Open chat")).to_be_visible()
    assert [breach.split()[0] for breach in await breaches(page)] == ["connect-src"]


async def test_in_a_frame_without_an_origin_the_installer_reads_why_not(
    chromium: Browser, host: Host, workspace: Served
) -> None:
    page = await chromium.new_page()
    inner = host.page(embedding(workspace.address))
    await page.goto(host.page(f'<iframe sandbox="allow-scripts" src="{inner}" width="800" height="500"></iframe>'))
    frame = page.frame_locator("iframe")
    await frame.locator(".launcher").click()
    await expect(frame.get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("style", HOSTILE)
async def test_neither_changes_the_other(chromium: Browser, host: Host, workspace: Served, style: str) -> None:
    page = await chromium.new_page(viewport={"width": 900, "height": 600})
    await page.goto(host.page(embedding(workspace.address)))
    await expect(page.locator(".launcher")).to_be_visible()
    looks = await page.evaluate(LOOKS)

    head = f"<style>{HOSTILE[style]}</style>"
    words = "<p>Socks <b>of wool</b></p>" * 3
    await page.goto(host.page(words, head=head))
    alone = await page.screenshot(clip={"x": 0, "y": 0, "width": 800, "height": 500})
    await page.goto(host.page(words + embedding(workspace.address), head=head))
    await page.wait_for_function("document.querySelector('trulybot-widget')")
    assert await page.evaluate(LOOKS) == looks
    assert await page.screenshot(clip={"x": 0, "y": 0, "width": 800, "height": 500}) == alone
    assert await page.evaluate("document.querySelector('trulybot-widget').matches(':popover-open')")
    left, top = looks[5], looks[6]
    hit = f"document.elementFromPoint({left + 28}, {top + 28}).localName"
    assert await page.evaluate(hit) == "trulybot-widget"


@pytest.mark.parametrize(
    "swap",
    [
        "document.documentElement.replaceChild(document.createElement('body'), document.body)",
        "document.body.replaceChildren()",
        "document.body.textContent = 'Another page'",
        "document.documentElement.replaceChild(document.body.cloneNode(true), document.body)",
        "document.replaceChild(document.importNode(document.documentElement, true), document.documentElement)",
    ],
)
async def test_it_survives_the_body_it_stood_in(chromium: Browser, host: Host, workspace: Served, swap: str) -> None:
    page = await chromium.new_page()
    await page.goto(host.page(embedding(workspace.address)))
    await page.locator(".launcher").click()
    await page.get_by_role("textbox").fill("Half a quest")
    for _ in range(2):
        await page.evaluate(f"{swap}; 0")
        await page.wait_for_timeout(200)
        await expect(page.get_by_role("textbox")).to_have_value("Half a quest")
        await expect(page.get_by_role("dialog")).to_be_visible()
    assert await page.locator("trulybot-widget").count() == 1


async def test_the_line_that_runs_again_changes_nothing(chromium: Browser, host: Host, workspace: Served) -> None:
    page = await chromium.new_page()
    await page.goto(host.page(embedding(workspace.address) * 2))
    await page.locator(".launcher").click()
    await page.evaluate(
        """address => new Promise(done => {
            const again = document.createElement("script");
            again.src = address;
            again.onload = done;
            document.body.append(again);
        })""",
        f"{workspace.address}/widget.js",
    )
    assert await page.locator("trulybot-widget").count() == 1
    await expect(page.get_by_role("dialog")).to_be_visible()


async def test_several_bots_keep_apart(chromium: Browser, host: Host, workspace: Served) -> None:
    page = await chromium.new_page()
    sales = embedding(workspace.address, name="sales", position="left", accent="#ffee00")
    await page.goto(host.page(sales + embedding(workspace.address, name="support")))
    await page.evaluate("heard = []; TrulyBot.on('open', ({bot}) => heard.push(bot)); 0")
    await page.evaluate("TrulyBot.get('support').on('open', () => heard.push('only support')); 0")
    await page.evaluate("TrulyBot.get('support')('open')")
    await expect(page.get_by_role("dialog")).to_have_count(1)
    await page.evaluate("TrulyBot('open')")
    await expect(page.get_by_role("dialog")).to_have_count(2)
    assert await page.evaluate("heard") == ["support", "only support", "sales"]
    boxes = [await page.locator(".launcher").nth(n).bounding_box() for n in (0, 1)]
    assert boxes[0] and boxes[1] and boxes[0]["x"] < 100 < 900 < boxes[1]["x"]
    await page.evaluate("TrulyBot.get('sales')('destroy')")
    await expect(page.locator("trulybot-widget")).to_have_count(1)
    await page.evaluate("TrulyBot('close')")
    await expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.fixture
async def with_back_forward_cache() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"]
        )
        yield await browser.new_page()
        await browser.close()


async def test_a_page_that_comes_back_from_the_cache_has_it_still(
    with_back_forward_cache: Page, host: Host, workspace: Served
) -> None:
    page = with_back_forward_cache
    noting = "<script>addEventListener('pageshow', event => { shown = event.persisted })</script>"
    await page.goto(host.page(noting + embedding(workspace.address)))
    await page.locator(".launcher").click()
    await page.get_by_role("textbox").fill("Half a quest")
    await page.goto(host.page("<p>Another</p>"))
    await page.go_back(wait_until="commit")
    assert await page.evaluate("shown"), "Chromium did not keep the page"
    await expect(page.get_by_role("textbox")).to_have_value("Half a quest")
    await page.evaluate("TrulyBot('close')")
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_a_colour_may_be_the_pages_own(chromium: Browser, host: Host, workspace: Served) -> None:
    page = await chromium.new_page()
    await page.goto(host.page(embedding(workspace.address, accent="#ffee00")))
    launcher = page.locator(".launcher")
    await expect(launcher).to_have_css("background-color", "rgb(255, 238, 0)")
    await page.evaluate("TrulyBot('theme', {accent: '#0000aa'})")
    await expect(launcher).to_have_css("background-color", "rgb(0, 0, 170)")


async def test_the_language_may_change_while_it_is_open(chromium: Browser, host: Host, workspace: Served) -> None:
    page = await chromium.new_page()
    await page.goto(host.page(embedding(workspace.address)))
    await page.locator(".launcher").click()
    await expect(page.get_by_role("textbox", name="Your question")).to_be_visible()
    await page.evaluate("TrulyBot('locale', 'ar')")
    dialog: Any = page.get_by_role("dialog")
    await expect(dialog).to_have_attribute("dir", "rtl")
    await expect(dialog).to_have_count(1)


async def test_on_paper_there_is_no_launcher(chromium: Browser, host: Host, workspace: Served) -> None:
    page = await chromium.new_page()
    await page.goto(host.page(embedding(workspace.address)))
    await expect(page.locator(".launcher")).to_be_visible()
    await page.emulate_media(media="print")
    await expect(page.locator(".launcher")).to_be_hidden()
