"""The panel’s modules one by one, in a page that is as strict as any they will meet."""

from pathlib import Path

from playwright.async_api import Browser, Page

from tests.browser.host import NONCE, Host, report_breaches

PANEL = Path(__file__).parents[2] / "trulybot" / "widget" / "static" / "panel"


async def page_with(chromium: Browser, host: Host, module: str, *names: str, connect: str = "'none'") -> Page:
    """A page whose window has what the module exports by these names; it may call `connect` alone."""
    for file in PANEL.glob("*.js"):
        host.put(file.read_text(), kind="text/javascript", path=f"/panel/{file.name}")
    given = ", ".join(names)
    script = f'import {{ {given} }} from "/panel/{module}"; Object.assign(window, {{ {given} }});'
    page = await chromium.new_page()
    await report_breaches(page)
    await page.goto(
        host.page(f'<div id="place"></div><script type="module" nonce="{NONCE}">{script}</script>', csp=_csp(connect))
    )
    return page


def _csp(connect: str) -> str:
    return (
        f"default-src 'none'; script-src 'nonce-{NONCE}'; style-src 'none'; connect-src {connect}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
