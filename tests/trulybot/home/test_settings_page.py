"""Mira sets the bot's texts on the pages; a choice that cannot be is refused and nothing is lost."""

import re

import pytest

from tests.cast import Browser

GENERAL = {
    "bot_name": "Acorn",
    "welcome": "Ask about socks.",
    "contact": "Call 555 0100.",
    "suggestions": "How warm are they?\n\n  Who knits?  ",
}
ANSWERS = {
    "refusal": "We have nothing on that.",
    "threshold": "0.4",
    "tone": "friendly",
    "instructions": "Never promise a date.",
}
SHEETS = {"/settings": GENERAL, "/settings/answers": ANSWERS}


async def test_what_is_typed_is_chosen_and_the_other_pages_choices_stay(mira: Browser) -> None:
    csrf = await mira.csrf()
    for path, typed in SHEETS.items():
        saved = await mira.submit(path, csrf=csrf, **typed)
        assert (saved.status_code, saved.headers["location"]) == (303, f"{path}?saved=true")
        assert "Saved." in (await mira.get(f"{path}?saved=true")).text
    wanted = {**GENERAL, **ANSWERS, "suggestions": ["How warm are they?", "Who knits?"], "threshold": 0.4}
    chosen = (await mira.get("/api/settings")).json()
    assert {name: chosen[name] for name in wanted} == wanted


async def test_paragraphs_part_however_a_browser_ends_its_lines(mira: Browser) -> None:
    await mira.submit("/settings", csrf=await mira.csrf(), **{**GENERAL, "welcome": "Hello.\r\n\r\nAsk away."})
    assert (await mira.get("/api/settings")).json()["welcome"] == "Hello.\n\nAsk away."


async def test_an_empty_threshold_is_the_workspaces_own(mira: Browser) -> None:
    csrf = await mira.csrf()
    await mira.submit("/settings/answers", csrf=csrf, **ANSWERS)
    await mira.submit("/settings/answers", csrf=csrf, **{**ANSWERS, "threshold": ""})
    assert (await mira.get("/api/settings")).json()["threshold"] is None


@pytest.mark.parametrize(
    ("path", "name", "typed"),
    [
        ("/settings", "bot_name", " "),
        ("/settings", "suggestions", "Who?\n" * 7),
        ("/settings/answers", "refusal", ""),
        ("/settings/answers", "threshold", "very"),
        ("/settings/answers", "threshold", "2"),
        ("/settings/answers", "threshold", "nan"),
        ("/settings/answers", "tone", "rude"),
        ("/settings/answers", "instructions", "x" * 2001),
    ],
)
async def test_what_cannot_be_is_refused_and_shown_again(mira: Browser, path: str, name: str, typed: str) -> None:
    csrf = await mira.csrf()
    before = (await mira.get("/api/settings")).json()
    other = "welcome" if path == "/settings" else "refusal" if name != "refusal" else "instructions"
    answer = await mira.submit(path, csrf=csrf, **{**SHEETS[path], other: "Changed", name: typed})
    assert answer.status_code == 422
    assert "Nothing was saved yet" in answer.text and "Changed" in answer.text
    assert re.findall(r'id="(\w+)-error"', answer.text) == [name]
    assert (await mira.get("/api/settings")).json() == before


@pytest.mark.parametrize("path", SHEETS)
async def test_outsider_cannot_open_or_change_the_settings(mira: Browser, charlie: Browser, path: str) -> None:
    assert (await mira.get(path)).status_code == 200
    assert (await charlie.get(path)).headers["location"].startswith("/sign-in?next=%2Fsettings")
    assert (await charlie.submit(path, **SHEETS[path])).status_code == 401


async def test_a_viewer_looks_and_is_offered_no_change(vera: Browser) -> None:
    for path in (*SHEETS, "/settings/model"):
        page = await vera.get(path)
        assert page.status_code == 200
        assert "Your role may look at this" in page.text and "button primary" not in page.text
        assert "identify-secret" not in page.text and 'name="model_key"' not in page.text
