"""Draws the manual's pictures of a demo anew: `uv run python -m tests.browser.pictures`, then look at docs/pictures."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page, async_playwright, expect

from tests.browser.conftest import TRULYBOT, free_port, served
from tests.needs import ARGUMENTS, CHROMIUM

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
NARROW, WIDE = {"width": 960, "height": 760}, {"width": 1440, "height": 860}
PAGES = {"home": "/", "knowledge": "/knowledge", "looks": "/widget"}
QUESTIONS = (
    "Which files can it read?",
    "Does it work on Windows?",
    "What is a gap?",
    "How do I reset a lost password?",
    "Do you ship to Norway?",
    "How do I back up my workspace?",
    "What is TrulyBot?",
)


async def draw(link: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = await browser.new_page(viewport=NARROW, color_scheme="light")  # type: ignore[arg-type]
        await _sign_in(page, link)
        address = link.partition("/welcome/")[0]
        for question in QUESTIONS:
            await _ask(page, address, question)
        await page.screenshot(path=FOLDER / "widget.png")
        await page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        await page.goto(f"{address}/")
        await page.get_by_role("button", name="Show these steps no more").click()
        for name, path in PAGES.items():
            await page.goto(address + path)
            await page.wait_for_load_state()
            await page.wait_for_timeout(1000)  # Home follows what happens, so the network is never idle
            await page.screenshot(path=FOLDER / f"{name}.png")
        await page.goto(f"{address}/inbox")
        await page.locator("a.row-link").nth(2).click()
        await page.wait_for_load_state()
        await page.screenshot(path=FOLDER / "inbox.png")
        await browser.close()


async def _sign_in(page: Page, link: str) -> None:
    await page.goto(link)
    await page.get_by_label("E-mail address").fill("mira@acorn.example")
    await page.get_by_label("Password").first.fill("plum orbit lantern")
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda address: "/welcome/" not in address)


async def _ask(page: Page, address: str, question: str) -> None:
    """In the widget, each question in a conversation of its own."""
    await page.goto(f"{address}/widget/preview")
    await page.locator(".launcher").click()
    await page.locator(".panel textarea").fill(question)
    await page.keyboard.press("Enter")
    await expect(page.locator(".panel .turn:not([aria-busy])").last).to_be_visible(timeout=30_000)
    await page.wait_for_timeout(500)  # until what appears has come to rest


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as data:
        command = [*TRULYBOT, "demo", "--data", str(Path(data) / "demo"), "--port", str(free_port())]
        with served(command) as link:
            asyncio.run(draw(link))


if __name__ == "__main__":
    main()
