"""Every page that staff can reach by links, in a workspace with something in it: for everybody, on every screen."""

import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from playwright.async_api import Browser, Page

from tests.browser.axe import violations
from tests.browser.complaints import complaints_of
from tests.browser.conftest import TRULYBOT, free_port, served

pytestmark = pytest.mark.browser

SCREENS = {"light": 1440, "dark": 375}
MOST_PAGES = 120
PICTURES = os.environ.get("PICTURES")  # a folder: each page is drawn into it, to be looked at
NAMES_ONE = re.compile(r"[\dA-Z]")
NOT_PAGES = re.compile(r"^/(static|widget\.js|api/|widget/(preview|drafts)|sign-out|openapi)|/export|\.csv$")

SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => { shifted += entry.value }))
    .observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The link by which somebody becomes the owner of a demo."""
    port = free_port()
    command = [*TRULYBOT, "demo", "--data", str(tmp_path_factory.mktemp("demo")), "--port", str(port)]
    with served(command) as link:
        yield link


@pytest.fixture
async def owner(chromium: Browser, demo: str) -> AsyncIterator[Page]:
    page = await chromium.new_page()
    await page.add_init_script(SHIFTS)
    await page.goto(demo)
    await page.get_by_label("E-mail address").fill("mira@acorn.example")
    await page.get_by_label("Password").fill("plum orbit lantern")
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda address: "/welcome/" not in address)
    yield page


async def test_every_page_is_for_everybody(owner: Page) -> None:
    complaints = complaints_of(owner)
    faults: dict[tuple[str, str], list[object]] = {}
    titles: dict[str, str] = {}
    async for kind in _pages(owner):
        for scheme, width in SCREENS.items():
            await owner.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await owner.set_viewport_size({"width": width, "height": 900})
            await owner.reload()
            found: list[object] = [*await violations(owner), *complaints, *await _faults_of(owner)]
            if found:
                faults[kind, scheme] = found
            complaints.clear()
            if PICTURES:
                name = re.sub(r"\W+", "-", kind.replace("*", "one")).strip("-") or "home"
                await owner.screenshot(path=Path(PICTURES) / f"{name}-{scheme}.png", full_page=True)
        title, path = await owner.title(), kind.partition("?")[0]
        if titles.setdefault(title, path) != path:
            faults[kind, "any"] = [f"is titled like {titles[title]}: {title}"]
    assert len(titles) > 10
    assert faults == {}


async def _pages(page: Page) -> AsyncIterator[str]:
    """Stands on one page of each kind in turn, and gives the kind: its path, with a star for what names one thing."""
    start = urljoin(page.url, "/")
    waiting, seen = [start], {"/"}
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        response = await page.goto(address)
        assert response is not None and response.status == 200, address
        yield _kind(address)
        for link in await page.eval_on_selector_all("a[href]:not([download])", "links => links.map(link => link.href)"):
            kind = _kind(link)
            if link.startswith(start) and kind not in seen and not NOT_PAGES.search(urlsplit(link).path):
                seen.add(kind)
                waiting.append(link)


async def _faults_of(page: Page) -> list[str]:
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    shifted = await page.evaluate("shifted")
    headings = await page.locator("h1").count()
    return [
        *([f"is {wide} px wider than the screen"] if wide > 0 else []),
        *([f"moves while it loads: {shifted}"] if shifted > 0.001 else []),
        *([f"has {headings} headings of the first rank"] if headings != 1 else []),
    ]


def _kind(address: str) -> str:
    """What names one thing has a digit or capitals in it, such as `s_HrMpLYVnZsb`; what names a view has not."""
    parts = urlsplit(address)
    path = "/".join("*" if NAMES_ONE.search(part) else part for part in parts.path.split("/"))
    views = sorted(f"{name}={value}" for name, value in parse_qsl(parts.query) if not NAMES_ONE.search(value))
    return path + (f"?{'&'.join(views)}" if views else "")
