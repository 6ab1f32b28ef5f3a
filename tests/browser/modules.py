"""The panel’s modules one by one, in a page that is as strict as any they will meet."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import Browser, Page

from tests.browser.host import NONCE, Host, report_breaches

PANEL = Path(__file__).parents[2] / "trulybot" / "widget" / "static" / "panel"


async def page_with(chromium: Browser, host: Host, exports: Mapping[str, str], connect: str = "'none'") -> Page:
    """A page whose window has the one export of each module that is named; it may call `connect` alone."""
    for file in PANEL.glob("*.js"):
        host.put(file.read_text(), kind="text/javascript", path=f"/panel/{file.name}")
    script = "".join(
        f'import {{ {name} }} from "/panel/{module}"; window.{name} = {name};' for module, name in exports.items()
    )
    page = await chromium.new_page()
    await report_breaches(page)
    await page.goto(
        host.page(f'<div id="place"></div><script type="module" nonce="{NONCE}">{script}</script>', csp=_csp(connect))
    )
    return page


async def until(page: Page, condition: str, seconds: float = 10) -> None:
    """Playwright’s own waiting would evaluate text as script, which the page’s policy forbids and reports."""
    async with asyncio.timeout(seconds):
        while not await page.evaluate(condition):
            await asyncio.sleep(0.02)


def _csp(connect: str) -> str:
    return (
        f"default-src 'none'; script-src 'nonce-{NONCE}'; style-src 'none'; connect-src {connect}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
