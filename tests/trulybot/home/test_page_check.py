"""Mira asks whether a page of hers has the line; a real server gives the page, and she is told what is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast import Browser
from tests.web_clients import OPEN, QUICK
from tests.web_site import Site, web_site
from trulybot.home.page_check import findings_on, permits
from trulybot.kit.net.client import Web

ADDRESS = "https://chat.acorn.example"
LINE = f'<script src="{ADDRESS}/widget.js" defer></script>'


@pytest.fixture
def site() -> Iterator[Site]:
    with web_site() as site:
        yield site


async def found(site: Site, into: Path, path: str = "/", *, is_allowed: bool = True) -> list[tuple[bool, str]]:
    async def allow(origin: str) -> bool:
        assert origin == site.address
        return is_allowed

    async with Web(reach=OPEN, limits=QUICK) as web:
        findings = await findings_on(site.address + path, web, into, ADDRESS, allow)
    assert list(into.iterdir()) == []
    return [tuple(finding) for finding in findings]  # type: ignore[misc]


async def test_a_page_with_the_line_on_an_allowed_site_is_well(site: Site, tmp_path: Path) -> None:
    site.html("/", head=LINE)
    assert [is_good for is_good, _ in await found(site, tmp_path)] == [True, True]


async def test_a_page_without_it_is_told_from_one_that_loads_another(site: Site, tmp_path: Path) -> None:
    site.html("/", head="<!-- " + LINE + " -->")
    site.html("/other", head='<script src="//old.example/widget.js"></script>')
    (line, _) = await found(site, tmp_path)
    assert line == (False, "The page does not have the line. One that scripts add later is not seen from here.")
    (line, _) = await found(site, tmp_path, "/other")
    assert not line[0] and "http://old.example/widget.js" in line[1]


async def test_a_site_that_is_not_allowed_is_named(site: Site, tmp_path: Path) -> None:
    site.html("/", head=LINE)
    _, (is_good, sentence) = await found(site, tmp_path, is_allowed=False)
    assert not is_good and site.address in sentence


async def test_a_policy_that_blocks_it_is_told_with_what_to_add(site: Site, tmp_path: Path) -> None:
    policy = "default-src 'self'; script-src 'self' https://chat.acorn.example"
    site.html("/", head=LINE, **{"Content-Security-Policy": policy})
    site.html("/meta", head=f'<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">{LINE}')
    assert (await found(site, tmp_path))[2] == (
        False,
        f"Its content security policy blocks the widget: add {ADDRESS} to connect-src.",
    )
    assert (await found(site, tmp_path, "/meta"))[2][1].endswith("to script-src.")


async def test_a_page_that_cannot_be_read_says_why(site: Site, tmp_path: Path) -> None:
    ((is_good, sentence),) = await found(site, tmp_path, "/nowhere")
    assert not is_good and "There is no page" in sentence


@pytest.mark.parametrize(
    ("policy", "permitted"),
    [
        ("img-src 'self'", True),
        ("default-src *", True),
        ("script-src https:", True),
        ("script-src *.acorn.example", True),
        ("script-src http://chat.acorn.example", True),
        ("script-src chat.acorn.example/widget.js", True),
        ("script-src acorn.example", False),
        ("script-src 'none'", False),
        ("script-src 'self'", False),
        ("script-src https: 'strict-dynamic'", False),
        ("script-src 'nonce-abc' 'strict-dynamic'", True),
        ("script-src *; script-src-elem 'self'", False),
    ],
)
def test_policies_are_read_as_browsers_read_them(policy: str, permitted: bool) -> None:
    assert permits(policy, "script-src", "https://www.acorn.example/", ADDRESS, nonce="abc") is permitted


async def test_the_page_shows_what_was_found_and_never_looks_into_the_private_network(
    mira: Browser, site: Site
) -> None:
    site.html("/", head=LINE)
    page = await mira.submit("/widget/page-check", csrf=await mira.csrf(), page=site.address)
    assert page.status_code == 200 and f'value="{site.address}"' in page.text
    assert "The address names a port" in page.text or "leads to a private network" in page.text
    assert site.paths == []


async def test_only_who_may_change_the_widget_may_have_pages_fetched(
    mira: Browser, vera: Browser, charlie: Browser
) -> None:
    assert (await vera.submit("/widget/page-check", csrf=await vera.csrf(), page="x")).status_code == 403
    assert (await charlie.submit("/widget/page-check", page="x")).status_code == 401
