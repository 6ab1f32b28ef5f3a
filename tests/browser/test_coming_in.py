"""From the console, on a site of its own, into a hosted workspace: over plain HTTP on names that lead to loopback."""

import os
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import LONGEST_START, TRULYBOT, free_port
from tests.browser.host import Host
from tests.hosted import ID, Console
from trulybot.contract import SESSION_COOKIE
from trulybot.kit import sqlite

pytestmark = pytest.mark.browser

ENTRANCE = f"/workspaces/{ID}/enter"
FORM = """<!doctype html><html lang="en">
<head><title>Console</title><meta name="referrer" content="strict-origin"></head>
<body><form method="post" action="{address}/arrive"><input type="hidden" name="pass" value="{signed}">
<input type="hidden" name="next" value="{next}"><button>Go in</button></form></body></html>"""


class Entrance:
    """The page of the console’s that sends people in, before a hosted workspace that serves."""

    def __init__(self, console: Console, host: Host, address: str, data: Path) -> None:
        self.console = console
        self.host = host
        self.address = address
        self.data = data

    def offer(self, signed: str, next: str = "/") -> str:
        """The address of the page, which offers one pass."""
        html = FORM.format(address=self.address, signed=signed, next=next)
        policy = f"default-src 'none'; form-action {self.address}"
        return self.host.put(html, csp=policy, path=ENTRANCE, name="app.localhost")


@pytest.fixture(scope="module")
def entrance(tmp_path_factory: pytest.TempPathFactory, host: Host) -> Iterator[Entrance]:
    folder, port = tmp_path_factory.mktemp("hosted"), free_port()
    console, address = Console(folder / "given"), f"http://acorn.localhost:{port}"
    console.give(address=address, hosts=("acorn.localhost",), console=host.origin("app.localhost"))
    told = {"TRULYBOT_GIVEN": str(console.folder), "TRULYBOT_GATEWAY": str(folder / "g")}
    command = [*TRULYBOT, "serve", "--data", str(folder / "data"), "--port", str(port)]
    with subprocess.Popen(command, env=os.environ | told, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_until_up(port)
            yield Entrance(console, host, address, folder / "data")
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture
async def page(chromium: Browser, entrance: Entrance) -> AsyncIterator[Page]:
    context = await chromium.new_context(color_scheme="light")
    yield await context.new_page()
    await context.close()


async def test_one_click_in_the_console_leads_into_the_workspace(page: Page, entrance: Entrance) -> None:
    await page.goto(entrance.offer(entrance.console.signed()))
    await page.get_by_role("button", name="Go in").click()
    await expect(page).to_have_url(f"{entrance.address}/")
    (cookie,) = [each for each in await page.context.cookies() if each["name"] == SESSION_COOKIE]
    assert (cookie["sameSite"], cookie["secure"], cookie["httpOnly"]) == ("Lax", True, True)
    link = page.get_by_role("link", name="All workspaces")
    await expect(link).to_have_attribute("href", f"{entrance.console.given.console}/")


async def test_whose_hour_is_over_comes_back_through_the_console(page: Page, entrance: Entrance) -> None:
    await page.goto(entrance.offer(entrance.console.signed()))
    await page.get_by_role("button", name="Go in").click()
    await expect(page).to_have_url(f"{entrance.address}/")
    _end_sessions(entrance.data)
    entrance.offer(entrance.console.signed(), next="/gaps")
    await page.goto(f"{entrance.address}/gaps")
    await expect(page).to_have_url(f"{entrance.console.given.console}{ENTRANCE}?next=%2Fgaps")
    await page.get_by_role("button", name="Go in").click()
    await expect(page).to_have_url(f"{entrance.address}/gaps")


async def test_who_signs_out_is_not_sent_in_again_at_once(page: Page, entrance: Entrance) -> None:
    await page.goto(entrance.offer(entrance.console.signed()))
    await page.get_by_role("button", name="Go in").click()
    await page.goto(f"{entrance.address}/account")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_text("You are signed out of this workspace.")).to_be_visible()
    await page.get_by_role("link", name="Go in from the console").click()
    await expect(page).to_have_url(f"{entrance.console.given.console}{ENTRANCE}?next=%2F")


async def test_a_page_of_another_site_sends_nobody_in(page: Page, entrance: Entrance) -> None:
    html = FORM.format(address=entrance.address, signed=entrance.console.signed(), next="/")
    await page.goto(entrance.host.put(html, name="evil.localhost"))
    await page.get_by_role("button", name="Go in").click()
    await expect(page.get_by_text("Go in from the console again")).to_be_visible()
    assert [each for each in await page.context.cookies() if each["name"] == SESSION_COOKIE] == []


def _wait_until_up(port: int) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/up").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("The workspace did not start.")


def _end_sessions(data: Path) -> None:
    connection = sqlite.connect(data / "trulybot.db")
    try:
        connection.execute("UPDATE sessions SET ends_at = 0")
        connection.commit()
    finally:
        connection.close()
