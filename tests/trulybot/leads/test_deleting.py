"""What is deleted is gone for everybody at once, can be had back for a week, and is erased then."""

import re

import pytest
from sqlalchemy import Connection, text

from tests.cast import Browser
from tests.trulybot.leads.leaving import choose, conversation, left, listed, seen
from trulybot.kit import events
from trulybot.kit.database import Database
from trulybot.leads import deleted_queries
from trulybot.leads.deleting import KEPT_FOR, Erasing
from trulybot.settings import Settings
from trulybot.workspace import written

CHEN = "chen@oak.example"


@pytest.fixture(autouse=True)
async def form(robin: Browser) -> None:
    await choose(robin)


async def deleted(mira: Browser, *leads: str) -> str:
    """The list that offers to undo it."""
    form = {"csrf": await mira.csrf(), "id": list(leads), "agreed": "yes"}
    gone = await mira.post("/leads/deletion", data=form, headers={"origin": "https://localhost"})
    assert gone.status_code == 303
    return (await mira.get(gone.headers["location"])).text


async def undone(mira: Browser, page: str) -> str:
    at = re.search(r'name="at" value="(\d+)"', page)
    assert at
    back = await mira.submit("/leads/restoration", csrf=await mira.csrf(), at=at[1])
    return (await mira.get(back.headers["location"])).text


async def test_several_are_deleted_after_asking_once_and_all_come_back(
    charlie: Browser, mira: Browser, robin: Browser
) -> None:
    handle = await conversation(charlie)
    first = await left(charlie, {"email": CHEN, "name": "Chen", "about": "Lamps"}, "k1", conversation=handle)
    second = await left(robin, {"phone": "+442079460958"})
    await robin.post(f"/api/leads/{first}/notes", json={"text": "Call"})
    await robin.patch(f"/api/leads/{first}", json={"status": "won"})
    before = [await seen(robin, lead) for lead in (first, second)]
    form = {"csrf": await mira.csrf(), "id": [first, second]}
    asked = await mira.post("/leads/deletion", data=form, headers={"origin": "https://localhost"})
    assert "Delete 2 leads?" in asked.text and len(await listed(robin)) == 2
    page = await deleted(mira, first, second)
    assert "Deleted 2 leads." in page and await listed(robin) == []
    assert (await robin.get(f"/api/leads/{first}")).status_code == 404
    assert "2 leads are back." in await undone(mira, page)
    after = [await seen(robin, lead) for lead in (first, second)]
    for lead in before + after:
        for each in [*lead["changes"], *lead["notes"]]:
            each.pop("id", None)
    assert after == before


async def test_one_who_leaves_their_details_after_is_a_new_lead_and_both_become_one_when_it_is_undone(
    charlie: Browser, mira: Browser, robin: Browser
) -> None:
    first = await left(charlie, {"email": CHEN, "name": "Chen", "about": "Lamps"})
    page = await deleted(mira, first)
    second = await left(robin, {"email": CHEN, "about": "Shades"})
    assert second != first and (await seen(robin, second))["name"] is None
    await undone(mira, page)
    (lead,) = await listed(robin)
    both = await seen(robin, lead["id"])
    assert (both["email"], both["name"], both["fields"]["about"]) == (CHEN, "Chen", "Shades")
    assert {capture["fields"]["about"] for capture in both["captures"]} == {"Lamps", "Shades"}
    assert (await seen(robin, first))["id"] == both["id"]


async def test_a_request_and_a_conversation_that_are_gone_meanwhile_are_left_out(
    charlie: Browser, mira: Browser, robin: Browser, settings: Settings
) -> None:
    handle = await conversation(charlie)
    lead = await left(charlie, {"email": CHEN}, "k1", conversation=handle)
    page = await deleted(mira, lead)
    written(settings, without_conversations)
    await left(charlie, {"email": "m@oak.example"}, "k1")
    await undone(mira, page)
    assert (await seen(robin, lead))["captures"][0]["conversation"] is None


async def test_an_admin_finds_what_was_deleted_and_the_owner_erases_it(
    charlie: Browser, mira: Browser, asha: Browser, gopal: Browser, settings: Settings
) -> None:
    assert "Nothing is deleted" in (await mira.get("/leads/deleted")).text
    leads = [await left(charlie, {"email": f"m{n}@oak.example", "name": f"<i>{n}</i>"}) for n in range(2)]
    await deleted(asha, *leads)
    page = (await asha.get("/leads/deleted")).text
    assert "&lt;i&gt;0&lt;/i&gt;" in page and "asha@acorn.example" in page
    assert (await gopal.get("/leads/deleted")).status_code == 403
    csrf = await asha.csrf()
    assert (await asha.submit(f"/leads/deleted/{leads[0]}/erasure", csrf=csrf)).status_code == 403
    assert (await mira.submit(f"/leads/deleted/{leads[0]}/erasure", csrf=await mira.csrf())).status_code == 303
    assert (await asha.submit(f"/leads/deleted/{leads[0]}/restoration", csrf=csrf)).status_code == 404
    assert (await asha.submit(f"/leads/deleted/{leads[1]}/restoration", csrf=csrf)).status_code == 303
    actions = written(settings, events.actions)
    assert {"Deleted leads", "Erased a deleted lead", "Undid the deletion of a lead"} <= set(actions)


async def test_after_a_week_they_are_erased(charlie: Browser, mira: Browser, settings: Settings) -> None:
    old, new = [await left(charlie, {"email": f"m{n}@oak.example"}) for n in range(2)]
    await deleted(mira, old)
    written(settings, older)
    await deleted(mira, new)
    db = Database(settings.database)
    try:
        await Erasing(db).erase("")
    finally:
        db.close()
    assert [each.id for each in written(settings, deleted_queries.deleted, 9)] == [new]


def without_conversations(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM conversations")


def older(connection: Connection) -> None:
    connection.exec_driver_sql(f"UPDATE deleted_leads SET deleted_at = deleted_at - {KEPT_FOR + 60}")


async def test_a_lead_that_comes_back_is_counted_once(charlie: Browser, mira: Browser, settings: Settings) -> None:
    await undone(mira, await deleted(mira, await left(charlie, {"email": CHEN})))
    assert written(settings, lambda c: c.execute(text("SELECT sum(leads) FROM quarter_hours")).scalar_one()) == 1
