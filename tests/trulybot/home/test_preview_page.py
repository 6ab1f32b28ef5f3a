"""Mira sees what she types on a page as anybody’s before she saves it: it has the widget of a draft."""

import re
from typing import Any

import msgspec
import pytest

from tests.cast import ADDRESS, Browser
from tests.trulybot.home.test_widget_page import CHOSEN
from trulybot.preferences.models import Preferences
from trulybot.widget.drafts import MOST, Drafts

TEXTS = {"bot_name": "Ada", "welcome": "Good day.", "suggestions": "How long?\nHow much?", "contact": ""}
FORM = {"label-0": "Your address", "kind-0": "email", "name-0": "email", "intro": "Tell us.", "unanswered": "on"}


async def test_the_preview_is_a_page_that_anybody_may_see_and_only_we_may_frame(charlie: Browser) -> None:
    page = await charlie.get("/widget/preview")
    assert page.status_code == 200 and '<script src="/widget.js"' in page.text
    assert page.headers["content-security-policy"].endswith("frame-ancestors 'self'")
    assert "x-frame-options" not in page.headers


async def test_a_draft_of_the_looks_is_told_to_its_widget_alone(mira: Browser, charlie: Browser) -> None:
    before = (await mira.get("/api/settings")).json()
    draft = await _drafted(mira, "looks", **CHOSEN)
    assert f'<script src="{draft}/widget.js" defer' in (await mira.get(draft)).text
    launcher = await _launcher(charlie, draft)
    assert (launcher["accent"], launcher["position"], launcher["teaser"]) == ("#aa3300", "left", "Any questions?")
    assert launcher["locale"] == "de" and launcher["consent"] == "required"
    told = (await charlie.get(f"{draft}/api/widget/config")).json()
    assert told["widget"]["style"].endswith("--radius:8px") and told["locale"] == "de"
    assert (await mira.get("/api/settings")).json() == before
    assert (await _launcher(charlie, ""))["position"] == "right"


async def test_a_draft_of_the_texts_has_the_welcome_and_the_questions(mira: Browser, charlie: Browser) -> None:
    draft = await _drafted(mira, "texts", **TEXTS)
    bot = (await charlie.get(f"{draft}/api/widget/config")).json()["bot"]
    assert bot == {"name": "Ada", "welcome": "Good day.", "suggestions": ["How long?", "How much?"]}
    assert (await _launcher(charlie, draft))["bot"] == "Ada"


async def test_a_draft_of_the_lead_form_is_shown_at_once_where_visitors_are_asked(mira: Browser) -> None:
    asked = (await mira.get(f"{await _drafted(mira, 'leads', **FORM)}/api/widget/config")).json()["lead_form"]
    assert (asked["intro"], asked["fields"][0]["label"], asked["before"]) == ("Tell us.", "Your address", True)
    never = {name: value for name, value in FORM.items() if name != "unanswered"}
    unasked = await _drafted(mira, "leads", **never)
    assert (await mira.get(f"{unasked}/api/widget/config")).json()["lead_form"] is None


@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("looks", CHOSEN | {"accent": "red"}),
        ("looks", CHOSEN | {"privacy_url": "javascript:alert(1)"}),
        ("texts", TEXTS | {"bot_name": ""}),
        ("leads", FORM | {"label-0": ""}),
    ],
)
async def test_what_could_not_be_saved_is_no_draft(mira: Browser, form: str, typed: dict[str, str]) -> None:
    refused = await mira.submit(f"/widget/drafts?form={form}", csrf=await mira.csrf(), **typed)
    assert refused.status_code == 422 and "location" not in refused.headers


async def test_a_question_in_a_draft_is_asked_in_earnest(mira: Browser, charlie: Browser) -> None:
    draft = await _drafted(mira, "texts", **TEXTS)
    asked = await charlie.post(f"{draft}/api/chat", json={"question": "hello"}, headers={"origin": ADDRESS})
    assert (asked.status_code, asked.headers["location"]) == (307, "/api/chat")
    told = await charlie.get(f"{draft}/api/chat/c_1/messages?after=3")
    assert told.headers["location"] == "/api/chat/c_1/messages?after=3"
    away = await charlie.get(f"{draft}/api//elsewhere.example")
    assert away.headers["location"] == "/api/elsewhere.example"


async def test_details_left_in_a_draft_are_not_kept(mira: Browser, charlie: Browser) -> None:
    draft = await _drafted(mira, "leads", **FORM)
    details = {"fields": {"email": "tom@acorn.example"}}
    refused = await charlie.post(f"{draft}/api/leads", json=details, headers={"origin": ADDRESS})
    assert refused.status_code == 409 and "not kept" in refused.text
    assert (await mira.get("/api/leads")).json()["leads"] == []


async def test_a_draft_nobody_made_is_not_found(mira: Browser) -> None:
    for path in ("", "/widget.js", "/api/widget/config"):
        assert (await mira.get(f"/widget/drafts/none{path}")).status_code == 404


async def test_an_outsider_makes_no_draft_and_a_viewer_does(charlie: Browser, vera: Browser) -> None:
    assert (await charlie.submit("/widget/drafts?form=texts", **TEXTS)).status_code == 401
    assert await _drafted(vera, "texts", **TEXTS)


def test_the_latest_drafts_are_kept_and_no_more() -> None:
    drafts = Drafts()
    names = [drafts.keep(Preferences(bot_name=str(number))) for number in range(MOST + 1)]
    assert drafts.draft(names[1]).bot_name == "1"
    with pytest.raises(Exception, match="has ended"):
        drafts.draft(names[0])


async def _drafted(browser: Browser, form: str, **typed: str) -> str:
    made = await browser.submit(f"/widget/drafts?form={form}", csrf=await browser.csrf(), **typed)
    assert made.status_code == 201, made.text
    return made.headers["location"]


async def _launcher(browser: Browser, base: str) -> dict[str, Any]:
    script = (await browser.get(f"{base}/widget.js")).text
    found = re.search(r"(\{\"version\".*\})\)\}\)\(\)$", script.strip())
    assert found, script[-500:]
    return msgspec.json.decode(found[1], type=dict[str, Any])
