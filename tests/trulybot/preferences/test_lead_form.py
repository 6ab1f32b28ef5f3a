"""What the owner may ask of visitors, and what would make a form that nobody can use."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, text

from tests.cast import Browser
from trulybot.preferences import queries
from trulybot.preferences.models import LeadForm, Preferences
from trulybot.settings import Settings
from trulybot.workspace import written

EMAIL = {"name": "work_email", "kind": "email", "label": "Your e-mail", "required": True}
PHONE = {"name": "phone", "kind": "phone", "label": "Telephone"}
SIZE = {"name": "size", "kind": "select", "label": "How many are you?", "options": ["1–10", "More"]}
TEXT = {"name": "about", "kind": "text", "label": "What is it about?"}

WRONG: list[tuple[dict[str, object], str]] = [
    ({"fields": []}, "length"),
    ({"fields": [TEXT]}, "email or phone"),
    ({"fields": [EMAIL, EMAIL]}, "same name"),
    ({"fields": [EMAIL, {**EMAIL, "name": "other"}]}, "at most one"),
    ({"fields": [EMAIL, {**SIZE, "options": []}]}, "options"),
    ({"fields": [EMAIL, {**TEXT, "options": ["a"]}]}, "options"),
    ({"fields": [EMAIL, {**SIZE, "options": ["a", "a"]}]}, "options"),
    ({"fields": [EMAIL, {**TEXT, "name": "phone"}]}, "phone"),
    ({"fields": [EMAIL, {**TEXT, "name": "consent"}]}, "consent"),
    ({"fields": [EMAIL, {**TEXT, "name": "Über uns"}]}, "name"),
    ({"fields": [EMAIL, {**TEXT, "name": "a\n"}]}, "name"),
    ({"fields": [EMAIL, {**TEXT, "kind": "file"}]}, "kind"),
    ({"fields": [EMAIL, {**TEXT, "label": ""}]}, "label"),
    ({"fields": [EMAIL, {**TEXT, "colour": "red"}]}, "colour"),
    ({"fields": [EMAIL, *({**TEXT, "name": f"text_{n}"} for n in range(12))]}, "length"),
    ({"after_questions": 0}, "after_questions"),
    ({"country": "gb"}, "country"),
    ({"country": "GB\n"}, "country"),
    ({"consent": "x" * 2001}, "consent"),
    ({"colour": "red"}, "colour"),
]


async def test_a_form_of_the_owners_own_is_taken(robin: Browser) -> None:
    form = {"before": True, "after_questions": 3, "unanswered": False, "fields": [EMAIL, PHONE, SIZE, TEXT]}
    changed = await robin.patch("/api/settings", json={"lead_form": form})
    assert changed.status_code == 200, changed.text
    kept = changed.json()["lead_form"]
    assert [field["name"] for field in kept["fields"]] == ["work_email", "phone", "size", "about"]
    assert (kept["before"], kept["after_questions"], kept["unanswered"], kept["on_request"]) == (True, 3, False, True)


async def test_what_is_not_named_in_the_form_stays(robin: Browser) -> None:
    await robin.patch("/api/settings", json={"lead_form": {"consent": "I agree.", "fields": [EMAIL]}})
    changed = await robin.patch("/api/settings", json={"lead_form": {"before": True}})
    kept = changed.json()["lead_form"]
    assert (kept["consent"], kept["before"], len(kept["fields"])) == ("I agree.", True, 1)


@pytest.mark.parametrize(("form", "says"), WRONG)
async def test_a_form_nobody_could_use_is_refused(robin: Browser, form: dict[str, object], says: str) -> None:
    before = (await robin.get("/api/settings")).json()
    answer = await robin.patch("/api/settings", json={"lead_form": form})
    assert answer.status_code == 400, answer.text
    assert says in answer.json()["detail"]
    assert (await robin.get("/api/settings")).json() == before


def test_without_a_moment_there_is_no_form() -> None:
    assert LeadForm().is_used
    assert LeadForm(unanswered=False, on_request=False, after_questions=1).is_used
    assert not LeadForm(unanswered=False, on_request=False).is_used


def test_a_choice_of_another_version_is_left_out_and_stops_nothing(settings: Settings) -> None:
    stored: dict[str, Any] = msgspec.to_builtins(Preferences(bot_name="Acorn"))
    stored["lead_form"]["fields"][0]["colour"] = "red"
    stored["lead_form"]["colour"] = stored["colour"] = "red"
    assert written(settings, _read_back, stored) == Preferences(bot_name="Acorn")


def _read_back(connection: Connection, stored: dict[str, Any]) -> Preferences:
    connection.execute(
        text("INSERT INTO preferences VALUES (1, :choices, 0)"), {"choices": msgspec.json.encode(stored).decode()}
    )
    return queries.preferences(connection)
