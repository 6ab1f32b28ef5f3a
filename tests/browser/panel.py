"""The widget on a stranger’s page under the strictest policy, opened and spoken with as a visitor does."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import httpx
from playwright.async_api import Browser, Locator, Page, Route, ViewportSize, expect

from tests.browser.conftest import TRULYBOT, Served
from tests.browser.host import Host, breaches, embedding, report_breaches, strictest

QUESTION = "How long do I have to return something?"
DESKTOP: ViewportSize = {"width": 1000, "height": 760}
PHONE: ViewportSize = {"width": 375, "height": 720}

VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'

FOCUSED = """(() => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element.getAttribute("aria-label") ?? (element.labels?.[0] ?? element).textContent.trim();
})()"""


@asynccontextmanager
async def visiting(chromium: Browser, **context: Any) -> AsyncIterator[Page]:
    """A page of a browser of its own. What its script throws or its policy refuses fails the test."""
    browser = await chromium.new_context(**{"viewport": DESKTOP, **context})
    page = await browser.new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    await report_breaches(page)
    yield page
    assert thrown == [] and await breaches(page) == []
    await browser.close()


async def visit(page: Page, host: Host, workspace: Served, body: str = "", **data: str) -> None:
    """Go to a shop whose page carries the widget; `data` are the attributes of its line."""
    address = workspace.address
    await page.goto(host.page(f"{body}{embedding(address, **data)}", head=VIEWPORT, csp=strictest(address)))


async def open_panel(page: Page) -> Locator:
    await page.locator(".launcher").click()
    panel = page.get_by_role("dialog")
    await expect(panel).to_be_visible()
    return panel


async def ask(page: Page, question: str = QUESTION) -> None:
    await page.get_by_label("Your question").fill(question)
    await page.keyboard.press("Enter")


async def focused(page: Page) -> str:
    """What the element is called that has the focus."""
    name: str = await page.evaluate(FOCUSED)
    return name


async def refusing(page: Page, status: int, detail: str, **headers: str) -> None:
    """From now on the workspace takes no question."""

    async def refuse(route: Route) -> None:
        allowed = {"access-control-allow-origin": "*", "access-control-expose-headers": "*", **headers}
        await route.fulfill(status=status, headers=allowed, json={"status": status, "detail": detail})

    await page.route("**/api/chat", refuse)


def choose(workspace: Served, **choices: Any) -> None:
    """As the owner does on the settings page."""
    with program_of(workspace) as program:
        program.patch("/api/settings", json=choices).raise_for_status()


def program_of(workspace: Served) -> httpx.Client:
    """The owner’s own program."""
    return httpx.Client(base_url=workspace.address, headers={"authorization": f"Bearer {_key_of(workspace)}"})


@cache
def _key_of(workspace: Served) -> str:
    create = [*TRULYBOT, "api-key", "create", "panel", "--data", str(workspace.data)]
    return subprocess.run(create, check=True, capture_output=True, text=True, timeout=60).stdout.strip()
