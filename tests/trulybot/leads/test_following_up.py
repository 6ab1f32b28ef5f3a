"""Staff follow leads up: every change and note has its author and time, and outsiders see nothing of it."""

import time
from typing import Any

import pytest

from tests.cast import Browser
from tests.trulybot.leads.leaving import choose, conversation, left, listed, seen

MIRA = "mira@acorn.example"


@pytest.fixture(autouse=True)
async def form(robin: Browser) -> None:
    await choose(robin)


async def test_a_status_has_its_author_and_time(charlie: Browser, robin: Browser) -> None:
    lead = await left(charlie, {"email": MIRA})
    changed = await robin.patch(f"/api/leads/{lead}", json={"status": "contacted"})
    assert (changed.status_code, changed.json()["status"]) == (200, "contacted")
    (change,) = changed.json()["changes"]
    assert (change["author"], change["field"], change["was"], change["became"]) == (
        "robin",
        "status",
        "new",
        "contacted",
    )
    assert time.time() - change["changed_at"] < 60
    again = await robin.patch(f"/api/leads/{lead}", json={"status": "contacted"})
    assert len(again.json()["changes"]) == 1


async def test_what_is_known_can_be_corrected_added_and_taken_away(charlie: Browser, robin: Browser) -> None:
    lead = await left(charlie, {"email": MIRA, "name": "Mira", "about": "Lamps"})
    changes = {
        "email": "Mira.Rao@ACORN.example",
        "name": "",
        "phone": "+44 20 7946 0958",
        "fields": {"about": "Lux"},
    }
    changed = (await robin.patch(f"/api/leads/{lead}", json=changes)).json()
    assert (changed["email"], changed["name"], changed["phone"]) == ("Mira.Rao@acorn.example", None, "+442079460958")
    assert changed["fields"] == {"about": "Lux"}
    assert {change["field"] for change in changed["changes"]} == {"email", "name", "phone", "about"}
    assert changed["captures"][0]["fields"]["name"] == "Mira"


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"email": "none"}, 422, "email"),
        ({"phone": "none"}, 422, "phone"),
        ({"name": "x" * 201}, 422, "name"),
        ({"fields": {"colour": "red"}}, 422, "colour"),
        ({"fields": {"about": "x" * 2001}}, 422, "about"),
        ({"status": "cold"}, 400, "status"),
        ({"colour": "red"}, 400, "colour"),
        ({"fields": {"about": 7}}, 400, "about"),
    ],
)
async def test_what_cannot_be_known_is_refused_and_changes_nothing(
    charlie: Browser, robin: Browser, changes: dict[str, Any], status: int, says: str
) -> None:
    lead = await left(charlie, {"email": MIRA, "name": "Mira"})
    before = await seen(robin, lead)
    refused = await robin.patch(f"/api/leads/{lead}", json={"status": "won", "name": "Mia", **changes})
    assert refused.status_code == status, refused.text
    assert says in refused.text
    assert await seen(robin, lead) == before


async def test_an_address_is_one_leads(charlie: Browser, robin: Browser) -> None:
    await left(charlie, {"email": MIRA})
    other = await left(charlie, {"email": "other@acorn.example"})
    refused = await robin.patch(f"/api/leads/{other}", json={"email": MIRA, "status": "won"})
    assert refused.status_code == 409
    assert (await seen(robin, other))["status"] == "new"


async def test_a_note_has_its_author_and_time(charlie: Browser, robin: Browser) -> None:
    lead = await left(charlie, {"email": MIRA})
    noted = await robin.post(f"/api/leads/{lead}/notes", json={"text": " Call on Monday.\nAsk for lamps. "})
    assert noted.status_code == 201
    (note,) = (await seen(robin, lead))["notes"]
    assert (note["author"], note["text"]) == ("robin", "Call on Monday.\nAsk for lamps.")
    assert time.time() - note["written_at"] < 60
    assert (await listed(robin))[0]["note_count"] == 1
    assert (await robin.post(f"/api/leads/{lead}/notes", json={"text": " \0 "})).status_code == 400


async def test_several_get_a_status_at_once(charlie: Browser, robin: Browser) -> None:
    leads = [await left(charlie, {"email": f"m{n}@acorn.example"}) for n in range(3)]
    again = await left(charlie, {"email": "m0@acorn.example"})
    await robin.patch(f"/api/leads/{leads[1]}", json={"status": "lost"})
    changed = await robin.patch("/api/leads", json={"ids": [again, *leads[:2], "l_none"], "status": "lost"})
    assert (changed.status_code, changed.json()) == (200, {"leads": [leads[0]]})
    assert [lead["id"] for lead in await listed(robin, status="new")] == [leads[2]]
    assert len((await seen(robin, leads[0]))["changes"]) == 1
    assert (await robin.patch("/api/leads", json={"ids": [], "status": "lost"})).status_code == 400
    assert (await robin.patch("/api/leads", json={"ids": ["x"] * 501, "status": "lost"})).status_code == 400


async def test_a_deleted_lead_is_gone_and_its_conversation_stays(charlie: Browser, robin: Browser) -> None:
    handle = await conversation(charlie)
    lead = await left(charlie, {"email": MIRA}, conversation=handle)
    await robin.post(f"/api/leads/{lead}/notes", json={"text": "Call"})
    await robin.patch(f"/api/leads/{lead}", json={"status": "won"})
    assert (await robin.delete(f"/api/leads/{lead}")).status_code == 204
    assert (await robin.delete(f"/api/leads/{lead}")).status_code == 404
    assert (await robin.get(f"/api/leads/{lead}")).status_code == 404
    assert await listed(robin) == []
    assert (await robin.get(f"/api/conversations/{handle}")).status_code == 200
    assert await left(charlie, {"email": MIRA}, conversation=handle) != lead


async def test_outsider_cannot_see_or_change_leads(charlie: Browser, robin: Browser) -> None:
    lead = await left(charlie, {"email": MIRA})
    assert await seen(robin, lead)
    for method, path, body in (
        ("GET", "/api/leads", None),
        ("PATCH", "/api/leads", {"ids": [lead], "status": "won"}),
        ("GET", f"/api/leads/{lead}", None),
        ("PATCH", f"/api/leads/{lead}", {"status": "won"}),
        ("DELETE", f"/api/leads/{lead}", None),
        ("POST", f"/api/leads/{lead}/notes", {"text": "Call"}),
    ):
        answer = await charlie.request(method, path, json=body)
        assert answer.status_code == 401, path
        assert MIRA not in answer.text
    known = await seen(robin, lead)
    assert (known["status"], known["notes"]) == ("new", [])
