"""A conversation of 500 questions: it opens at its end, and typing in it costs no more than in an empty one."""

import sqlite3
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Served
from tests.browser.host import Host
from tests.browser.panel import ask, open_panel, visit, visiting

pytestmark = pytest.mark.browser

MOST_A_KEY = 16.0  # ms of script, style and layout: a frame
TYPED = "How long does it take until a tent is repaired?"


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    async with visiting(chromium) as page:
        yield page


async def test_typing_after_500_questions_is_as_smooth_as_ever(page: Page, host: Host, filled: Served) -> None:
    await visit(page, host, filled)
    panel = await open_panel(page)
    async with page.expect_response("**/api/chat"):
        await ask(page)
    await expect(panel.locator(".actions")).to_be_visible()
    _repeat_the_turn(filled, 499)
    await visit(page, host, filled)
    panel = await open_panel(page)
    await expect(panel.locator(".turn")).to_have_count(500)
    await expect(panel.locator(".turn").last).to_be_in_viewport()
    await expect(panel.locator(".turn").first).not_to_be_in_viewport()
    await page.wait_for_timeout(500)
    before = await _spent(page)
    for key in TYPED:
        await page.keyboard.press(key if key != " " else "Space")
    assert await panel.get_by_label("Your question").input_value() == TYPED
    assert (await _spent(page) - before) / len(TYPED) <= MOST_A_KEY
    await panel.get_by_role("log").evaluate("log => log.scrollTo(0, 0)")
    await expect(panel.locator(".turn").first).to_be_in_viewport()


def _repeat_the_turn(workspace: Served, times: int) -> None:
    with sqlite3.connect(workspace.data / "trulybot.db") as database:
        columns = [
            row[1] for row in database.execute("PRAGMA table_info(turns)") if row[1] not in ("id", "request", "said")
        ]
        names = ", ".join(columns)
        for number in range(times):
            database.execute(
                f"INSERT INTO turns (id, {names}) SELECT ?, {names} FROM turns ORDER BY asked_at DESC LIMIT 1",
                (f"t_{number:022d}",),
            )


async def _spent(page: Page) -> float:
    """Milliseconds of the page’s thread so far on script, style and layout."""
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")
    metrics = {metric["name"]: metric["value"] for metric in (await session.send("Performance.getMetrics"))["metrics"]}
    return 1000.0 * sum(float(metrics[name]) for name in ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration"))
