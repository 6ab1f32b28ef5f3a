"""Leads leave as a table that a spreadsheet opens safely, however many there are."""

import csv
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from sqlalchemy import Connection, text

from tests.cast import Browser
from tests.trulybot.leads.leaving import choose, conversation, leave, left
from trulybot.kit.database import Database
from trulybot.leads.exporting import AT_ONCE, table_of
from trulybot.leads.models import Sought
from trulybot.settings import Settings
from trulybot.workspace import written

MIRA = "mira@acorn.example"


async def exported(robin: Browser, **query: Any) -> list[dict[str, str]]:
    answer = await robin.get("/api/leads/export", params=query)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_a_lead_is_a_row_with_all_that_is_known(charlie: Browser, robin: Browser) -> None:
    await choose(robin, consent="I agree.")
    handle = await conversation(charlie)
    lead = await left(
        charlie,
        {"email": MIRA, "phone": "+44 20 7946 0958", "name": "Mira, “the lamp” Rao", "about": "Lamps\nand more"},
        consent=True,
        conversation=handle,
        page="https://acorn.example/",
        locale="en-GB",
    )
    await robin.post(f"/api/leads/{lead}/notes", json={"text": "Call on Monday"})
    (row,) = await exported(robin)
    assert (row["id"], row["status"], row["email"]) == (lead, "new", MIRA)
    assert (row["name"], row["about"]) == ("Mira, “the lamp” Rao", "Lamps\nand more")
    assert (row["consent"], row["page"], row["locale"]) == ("I agree.", "https://acorn.example/", "en-GB")
    assert (row["conversation"], row["notes"]) == (handle.partition(".")[0], "Call on Monday")
    times = [datetime.fromisoformat(row[name]) for name in ("consent_at", "first_left_at", "last_left_at")]
    assert max(times) - min(times) <= timedelta(seconds=2)  # each looked at the clock by itself


async def test_a_spreadsheet_calculates_nothing_of_it(charlie: Browser, robin: Browser) -> None:
    await choose(robin)
    await left(
        charlie, {"email": "=cmd|x@acorn.example", "phone": "+442079460958", "name": "@SUM(1+1)", "about": "-2+3"}
    )
    (row,) = await exported(robin)
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in row.values())
    assert (row["email"], row["phone"], row["name"]) == ("'=cmd|x@acorn.example", "'+442079460958", "'@SUM(1+1)")


async def test_it_is_a_file_in_utf8_that_excel_knows(charlie: Browser, robin: Browser) -> None:
    await choose(robin)
    await left(charlie, {"email": MIRA, "name": "Zoë 陳"})
    answer = await robin.get("/api/leads/export")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="leads.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbfid,")
    assert "Zoë 陳" in answer.content.decode()


async def test_a_filter_holds_for_it_too(charlie: Browser, robin: Browser) -> None:
    await choose(robin)
    await left(charlie, {"email": MIRA})
    lead = await left(charlie, {"phone": "+442079460958"})
    await robin.patch(f"/api/leads/{lead}", json={"status": "won"})
    assert [row["email"] for row in await exported(robin, has="email")] == [MIRA]
    assert [row["id"] for row in await exported(robin, status="won")] == [lead]
    assert await exported(robin, q="nothing") == []


async def test_a_field_called_like_a_column_of_ours_is_another_column(charlie: Browser, robin: Browser) -> None:
    fields = [
        {"name": "email", "kind": "email", "label": "E-mail"},
        {"name": "status", "kind": "text", "label": "Marital status"},
    ]
    await choose(robin, fields=fields)
    await left(charlie, {"email": MIRA, "status": "single"})
    (row,) = await exported(robin)
    assert (row["status"], row["form_status"]) == ("new", "single")


async def test_many_are_sent_in_parts_each_once(robin: Browser, settings: Settings) -> None:
    written(settings, _fill, 2 * AT_ONCE + 1)
    db = Database(settings.database)
    try:
        parts = [part async for part in table_of(db, Sought())]
    finally:
        db.close()
    assert [part.count("\r\n") for part in parts] == [1, AT_ONCE, AT_ONCE, 1]
    rows = await exported(robin)
    assert [row["name"] for row in rows] == [f"n{n}" for n in range(2 * AT_ONCE + 1)]


async def test_outsider_cannot_export_leads(charlie: Browser, robin: Browser) -> None:
    assert (await leave(charlie, {"email": MIRA})).status_code == 201
    assert len(await exported(robin)) == 1
    refused = await charlie.get("/api/leads/export")
    assert refused.status_code == 401
    assert MIRA not in refused.text


def _fill(connection: Connection, count: int) -> None:
    for n in range(count):
        connection.execute(
            text("INSERT INTO leads (id, name, words, created_at, captured_at) VALUES (:id, :name, '', 1, 1)"),
            {"id": f"l_{n}", "name": f"n{n}"},
        )
        connection.execute(
            text("INSERT INTO lead_captures (id, lead_id, fields, captured_at) VALUES (:id, :id, '{}', 1)"),
            {"id": f"l_{n}"},
        )
