"""From nothing to an answer on a website, through the real edge: the first day of a customer of a platform."""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.browser.host import hosting
from tests.control_plane.demo.test_running import Demo
from tests.control_plane.steps import PATIENCE, SLUG, add_source, ask_in_widget, go_in, make_workspace, sign_up

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


async def test_a_customer_signs_up_and_a_visitor_wakes_their_workspace(
    demo: Demo, folder: Path, chromium: Browser
) -> None:
    owner = await chromium.new_page()
    owner.set_default_timeout(PATIENCE)
    await sign_up(owner, f"http://app.localhost:{demo.port}", lambda: _follow_link(owner, demo))
    await make_workspace(owner)
    await go_in(owner, _address(demo))
    with hosting() as shop:
        await add_source(owner, _address(demo))
        visitor = await chromium.new_page()
        await ask_in_widget(visitor, shop, _address(demo))
        await owner.goto("about:blank")
        await visitor.goto("about:blank")
        await asyncio.to_thread(_put_to_sleep, folder)
        other = await (await chromium.new_context()).new_page()
        await ask_in_widget(other, shop, _address(demo))
    await _put_to_sleep_and_open_the_chat(chromium, demo, folder)
    assert _starts(folder) == 3


async def _follow_link(page: Page, demo: Demo) -> bool:
    await page.goto(f"http://mail.localhost:{demo.port}/")
    link = page.get_by_role("link", name=f"http://app.localhost:{demo.port}/welcome/")
    if await link.count():
        await link.first.click()
        return True
    return False


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
