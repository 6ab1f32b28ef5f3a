"""Mira sets the bot's texts on the page; a choice that cannot be is refused and nothing is lost."""

import pytest

from tests.cast import Browser

CHOSEN = {
    "bot_name": "Acorn",
    "welcome": "Ask about socks.",
    "refusal": "We have nothing on that.",
    "contact": "Call 555 0100.",
    "suggestions": "How warm are they?\n\n  Who knits?  ",
    "sites": "shop.acorn.example\n https://*.Acorn.example/ ",
    "threshold": "0.4",
}


async def test_what_is_typed_is_chosen(mira: Browser) -> None:
    saved = await mira.submit("/settings", csrf=await mira.csrf(), **CHOSEN)
    assert (saved.status_code, saved.headers["location"]) == (303, "/settings?saved=true")
    assert "Saved." in (await mira.get("/settings?saved=true")).text
    wanted = {**CHOSEN, "suggestions": ["How warm are they?", "Who knits?"], "threshold": 0.4}
    wanted["sites"] = ["https://shop.acorn.example", "https://*.acorn.example"]
    chosen = (await mira.get("/api/settings")).json()
    assert {name: chosen[name] for name in wanted} == wanted


async def test_an_empty_threshold_is_the_workspaces_own(mira: Browser) -> None:
    csrf = await mira.csrf()
    await mira.submit("/settings", csrf=csrf, **CHOSEN)
    await mira.submit("/settings", csrf=csrf, **{**CHOSEN, "threshold": ""})
    assert (await mira.get("/api/settings")).json()["threshold"] is None


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("bot_name", " "),
        ("refusal", ""),
        ("threshold", "very"),
        ("threshold", "2"),
        ("threshold", "nan"),
        ("suggestions", "Who?\n" * 7),
        ("sites", "shop.acorn.example\n*"),
        ("sites", "shop.acorn.example\n" * 51),
    ],
)
async def test_what_cannot_be_is_refused_and_shown_again(mira: Browser, name: str, typed: str) -> None:
    csrf = await mira.csrf()
    await mira.submit("/settings", csrf=csrf, **CHOSEN)
    before = (await mira.get("/api/settings")).json()
    answer = await mira.submit("/settings", csrf=csrf, **{**CHOSEN, "contact": "Changed", name: typed})
    assert answer.status_code == 422
    assert "Nothing was saved yet" in answer.text and "Changed" in answer.text
    assert f'id="{name}-error"' in answer.text
    assert (await mira.get("/api/settings")).json() == before


async def test_the_site_that_cannot_be_is_named(mira: Browser) -> None:
    sites = "shop.acorn.example\nshop.acorn.example/socks"
    refused = await mira.submit("/settings", csrf=await mira.csrf(), **{**CHOSEN, "sites": sites})
    assert "“shop.acorn.example/socks” names a page" in refused.text


async def test_outsider_cannot_open_or_change_the_settings(mira: Browser, charlie: Browser) -> None:
    assert (await mira.get("/settings")).status_code == 200
    assert (await charlie.get("/settings")).headers["location"] == "/sign-in?next=%2Fsettings"
    assert (await charlie.submit("/settings", **CHOSEN)).status_code == 401
