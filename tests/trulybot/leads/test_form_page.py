"""Mira chooses on a page what visitors may leave, without script."""

from tests.cast import Browser

EMAIL = {"label-0": "E-mail", "kind-0": "email", "name-0": "email"}


async def test_what_is_typed_is_the_form(mira: Browser) -> None:
    fields = {**EMAIL, "label-1": "How many?", "kind-1": "select", "options-1": "1\n2", "required-1": "on"}
    more = {"consent": "I agree.", "thanks": "Thanks.", "before": "on", "after_questions": "3", "country": "in"}
    saved = await mira.submit("/lead-form", csrf=await mira.csrf(), **fields, **more)
    assert (saved.status_code, saved.headers["location"]) == (303, "/lead-form?saved=true")
    assert "Saved." in (await mira.get("/lead-form?saved=true")).text
    form = (await mira.get("/api/settings")).json()["lead_form"]
    assert [(field["name"], field["required"]) for field in form["fields"]] == [("email", False), ("how_many", True)]
    assert (form["before"], form["unanswered"], form["after_questions"]) == (True, False, 3)
    assert (form["country"], form["consent"], form["intro"]) == ("IN", "I agree.", "")


async def test_a_wrong_input_is_marked_and_nothing_is_lost_or_saved(mira: Browser) -> None:
    before = (await mira.get("/api/settings")).json()
    typed = {**EMAIL, "label-1": "Size <b>", "kind-1": "select", "consent": "I agree.", "country": "Britain"}
    refused = await mira.submit("/lead-form", csrf=await mira.csrf(), **typed)
    assert refused.status_code == 422
    for text in ('id="options-1-error"', 'id="country-error"', "Size &lt;b&gt;", "I agree.", "Nothing was saved yet"):
        assert text in refused.text
    assert (await mira.get("/api/settings")).json() == before


async def test_a_field_is_added_or_taken_away_before_anything_is_saved(mira: Browser) -> None:
    before = (await mira.get("/api/settings")).json()
    csrf = await mira.csrf()
    added = await mira.submit("/lead-form", csrf=csrf, step="add", **EMAIL)
    assert 'name="label-1"' in added.text and "Not saved yet." in added.text
    less = await mira.submit("/lead-form", csrf=csrf, step="remove-0", **EMAIL)
    assert 'name="label-0"' not in less.text
    assert (await mira.get("/api/settings")).json() == before


async def test_outsider_cannot_open_or_change_the_form(mira: Browser, charlie: Browser) -> None:
    assert (await mira.get("/lead-form")).status_code == 200
    assert (await charlie.get("/lead-form")).headers["location"] == "/sign-in?next=%2Flead-form"
    assert (await charlie.submit("/lead-form", **EMAIL)).status_code == 401
    assert (await mira.submit("/lead-form", **EMAIL)).status_code == 403
