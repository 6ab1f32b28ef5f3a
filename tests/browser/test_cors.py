"""A real browser on a page of another website: what it lets the page’s script send to a workspace, and read of it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from tests.browser.conftest import Served
from tests.browser.host import Host
from tests.needs import ARGUMENTS, CHROMIUM

pytestmark = pytest.mark.browser

# With every header that a widget may send; gives the status with what could be read, or that nothing could.
CALL = """async ([address, method, body]) => {
    const headers = { "Idempotency-Key": crypto.getRandomValues(new Uint32Array(4)).join("-"), "Last-Event-ID": "0" };
    if (body) headers["Content-Type"] = "application/json";
    try {
        const answer = await fetch(address, { method, headers: method === "GET" ? {} : headers, body });
        return [answer.status, await answer.json(), answer.headers.get("retry-after")];
    } catch (error) {
        return [0, String(error), null];
    }
}"""
ASKED = '{"question": "hello"}'


@pytest.fixture
async def internet() -> AsyncIterator[Page]:
    """A page whose browser takes a name of the internet’s for this machine’s."""
    async with async_playwright() as playwright:
        names = "--host-resolver-rules=MAP shop.example 127.0.0.1"
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, names])
        yield await browser.new_page()
        await browser.close()


async def call(page: Page, address: str, method: str = "GET", body: str | None = None) -> tuple[int, Any, str | None]:
    status, said, wait = await page.evaluate(CALL, [address, method, body])
    return status, said, wait


async def test_a_page_of_this_machine_asks_goes_on_and_deletes(internet: Page, host: Host, workspace: Served) -> None:
    await internet.goto(host.page())
    status, given, _ = await call(internet, f"{workspace.address}/api/chat", "POST", ASKED)
    assert (status, given["kind"]) == (200, "greeting")
    conversation = f"{workspace.address}/api/chat/{given['conversation']}"
    assert (await call(internet, conversation))[1]["turns"][0]["question"] == "hello"
    assert await call(internet, conversation, "DELETE") == (200, {"deleted": True, "lead_stays": False}, None)
    status, gone, _ = await call(internet, conversation)
    assert (status, gone["title"]) == (404, "Not found")


async def test_a_page_reads_when_it_may_ask_again(internet: Page, host: Host, workspace: Served) -> None:
    await internet.goto(host.page())
    for _ in range(100):
        status, said, wait = await call(internet, f"{workspace.address}/api/chat", "POST", ASKED)
        if status != 200:
            break
    assert status == 429 and wait and int(wait) > 0
    assert "Try again in" in said["detail"]


async def test_an_unlisted_site_may_not_ask_but_reads_why(internet: Page, host: Host, workspace: Served) -> None:
    origin = host.origin("shop.example")
    await internet.goto(host.page(name="shop.example"))
    assert (await call(internet, f"{workspace.address}/api/chat", "POST", ASKED))[0] == 0
    status, said, _ = await call(internet, f"{workspace.address}/api/chat/some")
    assert (status, said["origin"]) == (403, origin)
    assert f"can add {origin} to the allowed sites" in said["detail"]


async def test_no_page_reads_what_is_the_staffs(internet: Page, host: Host, workspace: Served) -> None:
    await internet.goto(host.page())
    for path in ("/api/conversations", "/api/settings", "/api/leads", "/up"):
        assert (await call(internet, f"{workspace.address}{path}"))[0] == 0, path
