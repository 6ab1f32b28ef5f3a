"""What is older than mira keeps is erased, after she was told how much; what is younger stays."""

import asyncio

from sqlalchemy import Connection, text

from tests.cast import Browser
from trulybot.kit.clock import DAY, now
from trulybot.settings import Settings
from trulybot.workspace import written

OLD, YOUNG = 40 * DAY, 2 * DAY


def fill(connection: Connection) -> None:
    for name, age in (("old", OLD), ("young", YOUNG)):
        values = {"id": f"c_{name}", "at": now() - age}
        connection.execute(text("INSERT INTO conversations (id, started_at, asked_at) VALUES (:id, :at, :at)"), values)
        connection.execute(
            text("INSERT INTO leads (id, email, words, created_at, captured_at) VALUES (:id, :id, '', :at, :at)"),
            values,
        )


def left(connection: Connection) -> list[list[str]]:
    return [list(connection.execute(text(f"SELECT id FROM {table}")).scalars()) for table in ("conversations", "leads")]


async def test_what_is_too_old_goes_after_it_was_told_and_agreed_to(mira: Browser, settings: Settings) -> None:
    written(settings, fill)
    typed = {"csrf": await mira.csrf(), "keep_conversations": "30", "keep_leads": "365"}
    asked = await mira.submit("/settings/privacy", **typed)
    assert asked.status_code == 200 and "1 conversations, 0 leads, 0 entries" in asked.text
    assert (await mira.get("/api/settings")).json()["keep_conversations"] is None
    other = await mira.submit("/settings/privacy", agreed="30,365,", **{**typed, "keep_leads": "10"})
    assert other.status_code == 200 and "1 conversations, 1 leads" in other.text
    assert (await mira.submit("/settings/privacy", agreed="30,365,", **typed)).status_code == 303
    async with asyncio.timeout(20):
        while written(settings, left)[0] != ["c_young"]:
            await asyncio.sleep(0.05)
        while "Erased what was older than is kept" not in (await mira.get("/settings/audit")).text:
            await asyncio.sleep(0.05)
    assert written(settings, left) == [["c_young"], ["c_old", "c_young"]]


async def test_days_by_which_nothing_goes_are_saved_at_once(mira: Browser) -> None:
    saved = await mira.submit("/settings/privacy", csrf=await mira.csrf(), keep_events="90")
    assert saved.status_code == 303
    assert (await mira.get("/api/settings")).json()["keep_events"] == 90


async def test_what_are_no_days_is_refused_beside_its_field(mira: Browser) -> None:
    for typed in ("0", "-1", "3651", "soon", "1.5"):
        refused = await mira.submit("/settings/privacy", csrf=await mira.csrf(), keep_leads=typed)
        assert refused.status_code == 422 and 'id="keep_leads-error"' in refused.text, typed


async def test_an_outsider_and_an_agent_cannot_change_them(gopal: Browser, charlie: Browser) -> None:
    assert (await gopal.submit("/settings/privacy", csrf=await gopal.csrf(), keep_leads="1")).status_code == 403
    assert (await charlie.submit("/settings/privacy", keep_leads="1")).status_code == 401
