"""Mira reads who left their details, notes what she did, and gives leads a status: all as plain forms."""

import re

import pytest

from tests.cast import Browser
from tests.trulybot.leads.leaving import choose, conversation, left, seen

MIRA = "mira@acorn.example"


@pytest.fixture(autouse=True)
async def form(robin: Browser) -> None:
    await choose(robin)


async def test_an_empty_list_says_what_will_be_there(mira: Browser, robin: Browser) -> None:
    assert "No leads yet" in (await mira.get("/leads")).text
    await robin.patch("/api/settings", json={"lead_form": {"unanswered": False, "on_request": False}})
    assert "Nobody is asked for their details" in (await mira.get("/leads")).text


async def test_the_list_shows_who_how_to_reach_them_and_where_they_came_from(charlie: Browser, mira: Browser) -> None:
    handle = await conversation(charlie)
    lead = await left(charlie, {"email": MIRA, "name": "<b>Mira</b>", "phone": "+442079460958"}, conversation=handle)
    await left(charlie, {"phone": "+14155552671"})
    page = (await mira.get("/leads")).text
    assert "&lt;b&gt;Mira&lt;/b&gt;" in page and "<b>Mira" not in page
    assert f"{MIRA} · +442079460958" in page
    assert f'href="/leads/{lead}"' in page and f'href="/inbox/{handle.partition(".")[0]}"' in page
    assert "+14155552671" in page


async def test_filters_and_words_narrow_the_list_and_its_export(charlie: Browser, mira: Browser) -> None:
    await left(charlie, {"email": MIRA, "name": "Mira"})
    await left(charlie, {"email": "chen@acorn.example", "name": "Chen"})
    page = (await mira.get("/leads?q=chen&status=new")).text
    assert ">Chen<" in page and ">Mira<" not in page
    assert 'href="/api/leads/export?status=new&amp;q=chen"' in page
    assert "No lead matches" in (await mira.get("/leads?status=won")).text
    assert (await mira.get("/leads?status=cold")).status_code == 400
    table = await mira.get("/api/leads/export?status=new&q=chen")
    assert "chen@" in table.text and MIRA not in table.text


async def test_those_that_are_ticked_get_a_status(charlie: Browser, mira: Browser, robin: Browser) -> None:
    leads = [await left(charlie, {"email": f"m{n}@acorn.example"}) for n in range(3)]
    sent = await mira.post(
        "/leads/status",
        data={"csrf": await mira.csrf(), "id": leads[:2], "status": "won", "shown_status": "new", "q": "acorn"},
        headers={"origin": "https://localhost"},
    )
    assert (sent.status_code, sent.headers["location"]) == (303, "/leads?status=new&q=acorn&changed=2")
    assert "Changed the status of 2 leads." in (await mira.get(sent.headers["location"])).text
    assert [(await seen(robin, lead))["status"] for lead in leads] == ["won", "won", "new"]


async def test_a_lead_has_a_page_with_all_that_happened(charlie: Browser, mira: Browser) -> None:
    lead = await left(
        charlie, {"email": "a?bcc=x@acorn.example", "name": "Mira", "about": "Lamps"}, page="https://a.example/"
    )
    csrf = await mira.csrf()
    assert (await mira.submit(f"/leads/{lead}/status", csrf=csrf, status="contacted")).status_code == 303
    assert (await mira.submit(f"/leads/{lead}/notes", csrf=csrf, text="Call on <i>Monday</i>")).status_code == 303
    page = (await mira.get(f"/leads/{lead}")).text
    assert "What is it about?" in page and "Lamps" in page
    assert 'href="mailto:a%3Fbcc%3Dx@acorn.example"' in page
    assert "Call on &lt;i&gt;Monday&lt;/i&gt;" in page
    assert re.search(r"<del[^>]*>New</del> → <ins[^>]*>Contacted</ins>", page)
    assert 'href="https://a.example/"' in page


async def test_an_empty_note_is_refused_where_it_stands(charlie: Browser, mira: Browser) -> None:
    lead = await left(charlie, {"email": MIRA})
    csrf = await mira.csrf()
    refused = await mira.submit(f"/leads/{lead}/notes", csrf=csrf, text="  ")
    assert refused.status_code == 422 and 'id="text-error"' in refused.text
    long = await mira.submit(f"/leads/{lead}/notes", csrf=csrf, text="x" * 5001)
    assert long.status_code == 422 and "x" * 5001 in long.text


async def test_a_lead_is_deleted_from_its_page(charlie: Browser, mira: Browser, robin: Browser) -> None:
    lead = await left(charlie, {"email": MIRA})
    gone = await mira.submit(f"/leads/{lead}/deletion", csrf=await mira.csrf())
    assert gone.headers["location"].startswith("/leads?deleted=1&at=")
    assert "Deleted 1 lead." in (await mira.get(gone.headers["location"])).text
    assert (await mira.get(f"/leads/{lead}")).status_code == 404
    assert (await robin.get(f"/api/leads/{lead}")).status_code == 404


async def test_outsider_cannot_open_or_change_leads(charlie: Browser, mira: Browser, robin: Browser) -> None:
    lead = await left(charlie, {"email": MIRA})
    for path in ("/leads", f"/leads/{lead}"):
        assert (await mira.get(path)).status_code == 200
        assert (await charlie.get(path)).headers["location"].startswith("/sign-in?")
    for path, fields in (
        ("/leads/status", {"id": lead, "status": "won"}),
        (f"/leads/{lead}/status", {"status": "won"}),
        (f"/leads/{lead}/notes", {"text": "Call"}),
        (f"/leads/{lead}/deletion", {}),
    ):
        assert (await charlie.submit(path, **fields)).status_code == 401
        assert (await mira.submit(path, **fields)).status_code == 403  # without the page's token
    known = await seen(robin, lead)
    assert (known["status"], known["notes"]) == ("new", [])
