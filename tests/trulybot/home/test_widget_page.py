"""The page with the line to paste: right for the workspace’s address, and honest where it cannot work."""

from pathlib import Path

import pytest

from tests.cast import Browser
from trulybot.settings import Settings

CHOSEN = {
    "accent": "#aa3300",
    "mode": "dark",
    "position": "left",
    "offset": "24",
    "radius": "8",
    "teaser": "Any questions?",
    "teaser_seconds": "5",
    "locale": "de",
    "links": "new",
    "storage": "local",
    "local_days": "7",
    "consent": "on",
    "privacy_url": "https://acorn.example/privacy",
}
REFUSED_BY_HTTPS = "An https site cannot load a widget from plain http."


@pytest.fixture
def public_url() -> str:
    return "https://chat.acorn.example"


@pytest.fixture
def settings(tmp_path: Path, public_url: str) -> Settings:
    return Settings(data=tmp_path / "data", public_url=public_url)


async def test_the_line_is_for_the_workspaces_own_address(mira: Browser) -> None:
    page = (await mira.get("/widget")).text
    assert "&lt;script src=&#34;https://chat.acorn.example/widget.js&#34; defer&gt;&lt;/script&gt;" in page
    assert REFUSED_BY_HTTPS not in page


@pytest.mark.parametrize("public_url", ["http://chat.acorn.example"])
async def test_plain_http_is_warned_of(mira: Browser) -> None:
    assert REFUSED_BY_HTTPS in (await mira.get("/widget")).text


@pytest.mark.parametrize("public_url", ["http://localhost:8000"])
async def test_plain_http_on_this_machine_is_not(mira: Browser) -> None:
    page = (await mira.get("/widget")).text
    assert REFUSED_BY_HTTPS not in page and "leads to this machine alone" in page


async def test_the_allowed_sites_are_seen(mira: Browser, robin: Browser) -> None:
    assert "No website may use the widget yet" in (await mira.get("/widget")).text
    await robin.patch("/api/settings", json={"sites": ["https://shop.example"]})
    page = (await mira.get("/widget")).text
    assert "<code>https://shop.example</code>" in page and "Remove https://shop.example" in page


async def test_a_site_is_added_as_browsers_write_it_and_removed(mira: Browser, robin: Browser) -> None:
    csrf = await mira.csrf()
    for typed in ("shop.acorn.example", " https://*.Acorn.example/ "):
        assert (await mira.submit("/widget/sites", csrf=csrf, site=typed)).status_code == 303
    sites = ["https://shop.acorn.example", "https://*.acorn.example"]
    assert (await robin.get("/api/settings")).json()["sites"] == sites
    await mira.submit("/widget/sites/deletion", csrf=csrf, site=sites[0])
    assert (await robin.get("/api/settings")).json()["sites"] == sites[1:]


@pytest.mark.parametrize(
    ("typed", "told"),
    [("shop.acorn.example/socks", "names a page"), ("*.co.uk", "all sites under .co.uk"), ("", "not the address")],
)
async def test_a_wrong_site_is_refused_beside_its_field_and_stays_typed(mira: Browser, typed: str, told: str) -> None:
    before = (await mira.get("/api/settings")).json()
    refused = await mira.submit("/widget/sites", csrf=await mira.csrf(), site=typed)
    assert refused.status_code == 422
    assert told in refused.text and 'id="site-error"' in refused.text and f'value="{typed}"' in refused.text
    assert (await mira.get("/api/settings")).json() == before


async def test_what_is_typed_is_chosen(mira: Browser, robin: Browser) -> None:
    await robin.patch("/api/settings", json={"widget": {"texts": {"open": "Ask us"}}})
    saved = await mira.submit("/widget", csrf=await mira.csrf(), **CHOSEN)
    assert (saved.status_code, saved.headers["location"]) == (303, "/widget?saved=looks#looks")
    numbers = {name: int(CHOSEN[name]) for name in ("offset", "radius", "teaser_seconds", "local_days")}
    wanted = {**CHOSEN, **numbers, "consent": True, "hide_launcher": False, "texts": {"open": "Ask us"}}
    assert (await robin.get("/api/settings")).json()["widget"] == wanted
    page = (await mira.get("/widget?saved=looks#looks")).text
    assert "Saved." in page and 'value="#aa3300"' in page


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("accent", "red"),
        ("mode", "dusk"),
        ("offset", "wide"),
        ("offset", "201"),
        ("offset", ""),
        ("teaser", "x" * 201),
        ("locale", "../de"),
        ("local_days", "0"),
        ("privacy_url", "javascript:alert(1)"),
    ],
)
async def test_what_cannot_be_is_refused_and_shown_again(mira: Browser, name: str, typed: str) -> None:
    csrf = await mira.csrf()
    assert (await mira.submit("/widget", csrf=csrf, **CHOSEN)).status_code == 303
    before = (await mira.get("/api/settings")).json()
    answer = await mira.submit("/widget", csrf=csrf, **{**CHOSEN, "radius": "9", name: typed})
    assert answer.status_code == 422
    assert "Nothing was saved yet" in answer.text and f'id="{name}-error"' in answer.text
    assert 'value="9"' in answer.text
    assert (await mira.get("/api/settings")).json() == before


async def test_an_outsider_sees_no_page_of_the_staff(charlie: Browser) -> None:
    assert (await charlie.get("/widget")).headers["location"].startswith("/sign-in")
    assert (await charlie.submit("/widget", **CHOSEN)).status_code in (401, 403)
