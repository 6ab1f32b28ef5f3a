"""The chat page in a frame on another website, where the browser keeps no cookie of ours."""

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.conftest import Served
from tests.browser.host import Host
from tests.needs import ARGUMENTS, CHROMIUM

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("with_script", [True, False])
async def test_it_is_asked_twice_and_shows_both(
    chromium: Browser, host: Host, filled: Served, with_script: bool
) -> None:
    context = await chromium.new_context(java_script_enabled=with_script)
    page = await context.new_page()
    await page.goto(host.page(f'<iframe src="{filled.address}/chat" width="400" height="600"></iframe>'))
    frame = page.frame_locator("iframe")
    for question in ("hello", "When do refunds reach my bank?"):
        await frame.get_by_label("Your question").fill(question)
        await frame.get_by_role("button", name="Send the question").click()
        await frame.locator(".turn", has_text=question).locator(".answer p").first.wait_for()
    assert await frame.locator(".turn").count() == 2
    assert await context.cookies() == []
    await context.close()


async def test_an_unlisted_site_shows_nothing_of_it(host: Host, workspace: Served) -> None:
    """A name of the internet’s, which this browser takes for this machine’s."""
    address = host.page(f'<iframe src="{workspace.address}/chat"></iframe>', name="shop.example")
    async with async_playwright() as playwright:
        names = "--host-resolver-rules=MAP shop.example 127.0.0.1"
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, names])
        page = await browser.new_page()
        async with page.expect_event("console", lambda said: "frame-ancestors" in said.text):
            await page.goto(address)
        assert await page.frames[1].locator("textarea").count() == 0
        await browser.close()
