"""From nothing to an answer on a website, through the real edge: the first day of a customer of a platform."""

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.conftest import ARGUMENTS, RETURNS
from tests.browser.host import Host, embedding, hosting
from tests.control_plane.demo.test_running import Demo
from tests.needs import CHROMIUM

EMAIL = "mira@oak.example"
PASSWORD = "plum orbit lantern"
SLUG = "oak-shop"
QUESTION = "How long do I have to return something?"
ANSWER = "within 60 days"
PATIENCE = 60_000  # milliseconds

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="d"))
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demo]:
    demo = Demo(folder)
    yield demo
    demo.end()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


async def test_a_customer_signs_up_and_a_visitor_wakes_their_workspace(
    demo: Demo, folder: Path, chromium: Browser
) -> None:
    owner = await chromium.new_page()
    owner.set_default_timeout(PATIENCE)
    await _sign_up(owner, demo)
    await _make_workspace(owner)
    await _go_in(owner, demo)
    with hosting() as shop:
        await _add_source(owner, _address(demo))
        visitor = await chromium.new_page()
        await _ask_in_widget(visitor, shop, _address(demo))
        await owner.goto("about:blank")
        await visitor.goto("about:blank")
        await asyncio.to_thread(_put_to_sleep, folder)
        other = await (await chromium.new_context()).new_page()
        await _ask_in_widget(other, shop, _address(demo))
    await _put_to_sleep_and_open_the_chat(chromium, demo, folder)
    assert _starts(folder) == 3


async def _sign_up(page: Page, demo: Demo) -> None:
    await page.goto(f"http://app.localhost:{demo.port}/sign-up")
    await page.get_by_label("E-mail address").fill(EMAIL)
    await page.keyboard.press("Enter")
    await page.get_by_text(EMAIL).first.wait_for()
    link = page.get_by_role("link", name=f"http://app.localhost:{demo.port}/welcome/")
    until = time.monotonic() + PATIENCE / 1000
    while not await link.count() and time.monotonic() < until:
        await page.goto(f"http://mail.localhost:{demo.port}/")
    await link.first.click()
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Make the account").click()


async def _make_workspace(page: Page) -> None:
    await page.get_by_role("link", name="New workspace").first.click()
    await page.get_by_label("Name").fill("Oak Shop")
    await page.get_by_label("Address").fill(SLUG)
    await page.get_by_role("button", name="Make the workspace").click()


async def _go_in(page: Page, demo: Demo) -> None:
    await page.get_by_role("button", name="Go in").first.click()
    await page.wait_for_url(f"{_address(demo)}/**")


async def _add_source(page: Page, address: str) -> None:
    await page.goto(f"{address}/knowledge/add?kind=text")
    await page.get_by_label("Title").fill("Returns and refunds")
    await page.locator("#text").fill(RETURNS)
    await page.get_by_role("button", name="Add text").click()
    await expect(page.get_by_role("listitem").get_by_text("Ready")).to_be_visible(timeout=PATIENCE)


async def _ask_in_widget(page: Page, shop: Host, address: str) -> None:
    page.set_default_timeout(PATIENCE)
    await page.goto(shop.page(embedding(address)))
    await page.locator(".launcher").click()
    panel = page.get_by_role("dialog")
    await panel.get_by_label("Your question").fill(QUESTION)
    await page.keyboard.press("Enter")
    await expect(panel).to_contain_text(ANSWER, timeout=PATIENCE)


async def _put_to_sleep_and_open_the_chat(chromium: Browser, demo: Demo, folder: Path) -> None:
    """The page that says it wakes up may come first; it opens by itself."""
    await asyncio.to_thread(_put_to_sleep, folder)
    page = await (await chromium.new_context()).new_page()
    await page.goto(f"{_address(demo)}/chat")
    await page.get_by_label("Your question").wait_for(timeout=PATIENCE)


def _put_to_sleep(folder: Path) -> None:
    command = [sys.executable, "-m", "control_plane", "workspaces", "sleep", SLUG]
    command += ["--root", str(folder / "root"), "--control", str(folder / "control")]
    subprocess.run(command, check=True, timeout=60, capture_output=True)


def _starts(folder: Path) -> int:
    workspace = (folder / "root/names" / SLUG).readlink().name
    return (folder / "control/logs" / f"{workspace}.log").read_text().count("TrulyBot serves")


def _address(demo: Demo) -> str:
    return f"http://{SLUG}.localhost:{demo.port}"
