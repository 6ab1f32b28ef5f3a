import pytest

from tests.cast import Browser

CHANGES: list[dict[str, object]] = [
    {"colour": "green"},
    {"bot_name": 7},
    {"bot_name": ""},
    {"bot_name": None},
    {"bot_name": "x" * 121},
    {"welcome": "x" * 2001},
    {"refusal": ""},
    {"contact": ["a"]},
    {"threshold": 1.01},
    {"threshold": -0.01},
    {"threshold": "high"},
    {"suggestions": "How?"},
    {"suggestions": ["How?"] * 7},
    {"suggestions": [""]},
    {"suggestions": [{"q": "How?"}]},
]

RAW = [b"[]", b"null", b"7", b"{", b'{"bot_name": "\\ud800"}', b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"]


async def test_what_is_sent_is_changed_and_the_rest_stays(robin: Browser) -> None:
    before = (await robin.get("/api/settings")).json()
    changed = await robin.patch("/api/settings", json={"bot_name": "Acorn", "suggestions": ["Where?"]})
    assert changed.json() == {**before, "bot_name": "Acorn", "suggestions": ["Where?"]}
    assert (await robin.patch("/api/settings", json={})).json() == changed.json()
    assert (await robin.get("/api/settings")).json() == changed.json()


async def test_a_wrong_choice_is_refused_with_its_name_and_nothing_changes(robin: Browser) -> None:
    before = (await robin.get("/api/settings")).json()
    for change in CHANGES:
        answer = await robin.patch("/api/settings", json={"contact": "Changed", **change})
        assert answer.status_code == 400, change
        assert next(iter(change)) in answer.json()["detail"]
        assert "$" not in answer.json()["detail"]
    for body in RAW:
        answer = await robin.patch("/api/settings", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400, body[:40]
    assert (await robin.get("/api/settings")).json() == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"widget": {"accent": "red"}}, "widget.accent is a colour such as #0f766e."),
        ({"widget": {"locale": "../de"}}, "widget.locale is “auto”, or a language"),
        ({"widget": {"privacy_url": "javascript:alert(1)"}}, "widget.privacy_url is a whole address"),
        ({"widget": {"texts": {"Öffnen": "Frag"}}}, "widget.texts"),
        ({"lead_form": {"country": "in"}}, "lead_form.country is two capital letters"),
        ({"lead_form": {"fields": [{"name": "E-mail", "kind": "email", "label": "E"}]}}, "small letters"),
    ],
)
async def test_a_text_of_another_form_is_told_in_words(robin: Browser, change: dict[str, object], told: str) -> None:
    answer = await robin.patch("/api/settings", json=change)
    assert answer.status_code == 400
    assert told in answer.json()["detail"] and "regex" not in answer.text


async def test_a_body_of_another_form_is_told_in_words(charlie: Browser) -> None:
    answer = await charlie.post("/api/visitors/identify", json={"id": "ada", "hash": "nope"})
    assert answer.status_code == 400
    assert "a text of another form" in answer.json()["detail"] and "regex" not in answer.text


async def test_the_longest_texts_are_taken(robin: Browser) -> None:
    longest = {"bot_name": "x" * 120, "welcome": "x" * 2000, "suggestions": ["x" * 120] * 6, "threshold": 1}
    assert (await robin.patch("/api/settings", json=longest)).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_outsider_cannot_see_or_change_settings(charlie: Browser, robin: Browser, method: str) -> None:
    assert (await robin.request(method, "/api/settings", json={})).status_code == 200
    assert (await charlie.request(method, "/api/settings", json={})).status_code == 401


async def test_the_owners_texts_are_shown_to_visitors_as_text(charlie: Browser, robin: Browser) -> None:
    attack = "<script>alert(1)</script>"
    await robin.patch("/api/settings", json={"bot_name": attack, "welcome": attack, "suggestions": [attack]})
    page = (await charlie.get("/chat")).text
    assert "&lt;script&gt;alert(1)" in page
    assert attack not in page


async def test_without_a_model_there_is_none_to_try(robin: Browser) -> None:
    refused = await robin.post("/api/settings/model-check")
    assert refused.status_code == 409
    assert "TRULYBOT_MODEL_URL" in refused.json()["detail"]
