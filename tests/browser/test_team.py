"""A teammate is invited, joins and signs in in two steps, with a script and without any."""

from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser, Page, expect
from pyotp import TOTP

from tests.browser.axe import violations
from tests.browser.conftest import TRULYBOT, free_port, served

pytestmark = pytest.mark.browser

MIRA = ("mira@acorn.example", "plum orbit lantern")
KAVI = ("kavi@acorn.example", "a wholly new phrase")


@pytest.mark.parametrize("script", [True, False])
async def test_teammate_joins_and_signs_in_in_two_steps(chromium: Browser, tmp_path: Path, script: bool) -> None:
    home = f"http://127.0.0.1:{(port := free_port())}"
    with served([*TRULYBOT, "serve", "--data", str(tmp_path / "data"), "--port", str(port)]) as link:
        _wait_until_up(home)
        hers = await chromium.new_page(base_url=home, java_script_enabled=script)
        theirs = await chromium.new_page(base_url=home, java_script_enabled=script)
        await hers.goto(link)
        await _fill(hers, {"E-mail address": MIRA[0], "Password": MIRA[1]})
        await hers.wait_for_url(lambda address: "/welcome/" not in address)

        await theirs.goto(await _invitation(hers, script))
        await _is_for_everybody(theirs, script)
        await _fill(theirs, {"Password": KAVI[1]})
        await theirs.wait_for_url(lambda address: "/welcome/" not in address)
        await theirs.goto("/settings/team")
        await expect(theirs.get_by_role("main")).to_contain_text(KAVI[0])
        await expect(theirs.get_by_role("button", name="Make an invitation link")).to_have_count(0)
        await _is_for_everybody(theirs, script)

        codes = await _two_steps(theirs, script)
        await theirs.goto("/account")
        await theirs.get_by_role("button", name="Sign out").click()
        await _fill(theirs, {"E-mail address": KAVI[0], "Password": KAVI[1]})
        await expect(theirs.get_by_role("heading", name="Second step")).to_be_visible()
        await _is_for_everybody(theirs, script)
        await _fill(theirs, {"Code": codes[0]})
        await theirs.wait_for_url(lambda address: urlsplit(address).path == "/")

        await hers.goto("/settings/team")
        await hers.get_by_role("button", name=f"Change {KAVI[0]}").click()
        await _is_for_everybody(hers, script)
        await hers.get_by_text("Remove", exact=True).click()
        await hers.get_by_role("button", name=f"Remove {KAVI[0]}").click()
        await expect(hers.get_by_role("status")).to_contain_text("was removed")
        await theirs.goto("/knowledge")
        await expect(theirs.get_by_role("heading", name="Sign in")).to_be_visible()


def _wait_until_up(home: str) -> None:
    """The link is said a moment before the server listens."""
    with httpx.Client(transport=httpx.HTTPTransport(retries=6)) as client:
        assert client.get(f"{home}/up").status_code == 200


async def _invitation(owner: Page, script: bool) -> str:
    await owner.goto("/settings/team")
    await owner.get_by_label("Their e-mail address").fill(KAVI[0])
    await owner.get_by_role("button", name="Make an invitation link").click()
    await expect(owner.get_by_role("button", name="Copy")).to_have_count(1 if script else 0)
    await _is_for_everybody(owner, script)
    return await owner.locator("#invite .notice code").inner_text()


async def _two_steps(page: Page, script: bool) -> list[str]:
    """The recovery codes."""
    await page.goto("/account")
    await page.get_by_role("link", name="Set up two-step sign-in").click()
    await _fill(page, {"Your password": KAVI[1]})
    await expect(page.get_by_role("img", name="QR code")).to_be_visible()
    await _is_for_everybody(page, script)
    await page.get_by_text("Type it instead").click()
    secret = await page.locator(".secret code").inner_text()
    await _fill(page, {"Code": TOTP(secret).now()})
    await expect(page.locator(".codes code")).to_have_count(10)
    await _is_for_everybody(page, script)
    return await page.locator(".codes code").all_inner_texts()


async def _fill(page: Page, fields: dict[str, str]) -> None:
    for label, value in fields.items():
        await page.get_by_label(label, exact=True).fill(value)
    await page.keyboard.press("Enter")


async def _is_for_everybody(page: Page, script: bool) -> None:
    if script:
        assert await violations(page) == []
