"""The strangers’ websites of the tests are what they claim to be: foreign, and as strict as they say."""

import pytest
from playwright.async_api import Browser

from tests.browser.conftest import Served
from tests.browser.host import NONCE, Host, breaches, report_breaches, strictest

pytestmark = pytest.mark.browser


async def test_each_name_is_an_origin_of_its_own(chromium: Browser, host: Host) -> None:
    page = await chromium.new_page()
    origins = set()
    for name in ("localhost", "127.0.0.1", "shop.localhost"):
        await page.goto(host.page("<p>Socks</p>", name=name))
        assert await page.locator("p").inner_text() == "Socks"
        origins.add(await page.evaluate("origin"))
    assert origins == {host.origin(name) for name in ("localhost", "127.0.0.1", "shop.localhost")}


async def test_a_strict_page_refuses_what_has_no_nonce_and_says_so(
    chromium: Browser, host: Host, workspace: Served
) -> None:
    scripts = f'<script nonce="{NONCE}">ran = 1</script><script>ran = 2</script><p id="p" style="color: red"></p>'
    page = await chromium.new_page()
    await report_breaches(page)
    await page.goto(host.page(scripts, csp=strictest(workspace.address)))
    assert await page.evaluate("ran") == 1
    with pytest.raises(Exception, match="TrustedHTML"):
        await page.evaluate("p.innerHTML = '<b>bold</b>'")
    directives = [breach.split()[0] for breach in await breaches(page)]
    assert directives == ["script-src-elem", "style-src-attr", "require-trusted-types-for"]
