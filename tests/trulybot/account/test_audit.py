import re

from tests.cast import ADDRESS, MIRA, PASSWORD, TEAM, Browser
from tests.trulybot.account.test_team import KAVI, id_of, invited
from trulybot.kit import events
from trulybot.settings import Settings
from trulybot.workspace import written


def entries(settings: Settings) -> list[tuple[str, str, str, str]]:
    """(actor, action, subject, detail), the latest first."""
    found = written(settings, events.found, events.Sought(), 500)
    return [(event.actor, event.action, event.subject, event.detail) for event in found]


async def test_what_the_owner_does_is_written_down(mira: Browser, vera: Browser, settings: Settings) -> None:
    csrf, their = await mira.csrf(), await id_of(mira, TEAM["viewer"])
    await invited(mira)
    await mira.submit(f"/settings/team/{their}/role", csrf=csrf, role="agent")
    await mira.submit("/settings/team/api-keys", csrf=csrf, name="Import", scope="agent")
    await mira.submit("/settings/team/api-keys/1/deletion", csrf=csrf)
    await mira.submit(f"/settings/team/{their}/deletion", csrf=csrf)
    assert entries(settings)[:5] == [
        (MIRA, "Removed a teammate", TEAM["viewer"], "agent"),
        (MIRA, "Deleted an API key", "Import", ""),
        (MIRA, "Made an API key", "Import", "agent"),
        (MIRA, "Changed a role", TEAM["viewer"], "viewer → agent"),
        (MIRA, "Invited a teammate", KAVI, "agent"),
    ]


async def test_sign_ins_and_refused_ones_are_written_down(mira: Browser, charlie: Browser, settings: Settings) -> None:
    await charlie.submit("/sign-in", email=MIRA, password="not this one at all")
    await charlie.submit("/sign-in", email="my secret phrase", password="x")
    await charlie.submit("/sign-in", email=MIRA, password=PASSWORD)
    assert [entry[:3] for entry in entries(settings)[:3]] == [
        (MIRA, "Signed in", ""),
        ("", "Sign-in refused", ""),
        ("", "Sign-in refused", MIRA),
    ]
    assert "my secret phrase" not in repr(entries(settings))


async def test_what_is_refused_is_not_written_down_as_done(mira: Browser, settings: Settings) -> None:
    before = entries(settings)
    assert (await mira.submit("/settings/team/1/deletion", csrf=await mira.csrf())).status_code == 409
    assert entries(settings) == before


async def test_log_is_searched_and_read_page_by_page(mira: Browser, settings: Settings) -> None:
    actor = events.Actor("robin", "198.51.100.9", True)
    for number in range(120):
        written(settings, events.record, actor, "Deleted a source", f"Page {number:03}")
    first = (await mira.get("/settings/audit?action=Deleted+a+source")).text
    assert "Page 119" in first and "Page 070" in first and "Page 069" not in first
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older
    second = (await mira.get(older[1].replace("&amp;", "&"))).text
    assert "Page 069" in second and "Page 020" in second and "Page 070" not in second
    only = (await mira.get("/settings/audit?q=robin+page+042")).text
    assert "Page 042" in only and "Page 043" not in only
    assert "Nothing matches" in (await mira.get("/settings/audit?q=zebra")).text


async def test_export_is_safe_for_spreadsheets(mira: Browser, settings: Settings) -> None:
    written(settings, events.record, events.Actor("=cmd|' /C calc'!A0", ""), "Deleted a source", "@evil")
    answer = await mira.get("/settings/audit/export.csv?q=source")
    assert (
        answer.headers["content-type"].startswith("text/csv") and "attachment" in answer.headers["content-disposition"]
    )
    lines = answer.text.splitlines()
    assert lines[0].lstrip("\ufeff") == "at,actor,kind,address,action,subject,detail" and len(lines) == 2
    assert "'=cmd" in lines[1] and "'@evil" in lines[1]
    assert entries(settings)[0][:2] == (MIRA, "Exported the audit log")


async def test_agent_does_not_read_the_log(mira: Browser, asha: Browser, gopal: Browser) -> None:
    for path in ("/settings/audit", "/settings/audit/export.csv"):
        assert (await asha.get(path)).status_code == 200
        assert (await gopal.get(path)).status_code == 403
    assert "/settings/audit" not in (await gopal.get("/settings/team")).text


async def test_what_other_rooms_do_is_written_down(mira: Browser, robin: Browser, settings: Settings) -> None:
    csrf = await mira.csrf()
    ours = {"origin": ADDRESS, "x-csrf-token": csrf}
    await robin.patch("/api/settings", json={"contact": "Call us"})
    await robin.patch("/api/settings", json={"contact": "Call us"})  # which changes nothing
    added = (await robin.post("/api/text-upload", json={"title": "Hours", "text": "We open at nine."})).json()["id"]
    await mira.submit(f"/knowledge/{added}/deletion", csrf=csrf)
    conversation = (await robin.post("/api/chat", json={"question": "When?"})).json()["conversation"].partition(".")[0]
    assert (await mira.post(f"/api/conversations/{conversation}/handover", json={}, headers=ours)).status_code == 201
    await mira.delete(f"/api/conversations/{conversation}/handover", headers=ours)
    await mira.get("/api/leads/export")
    await mira.get("/api/answers/export")
    done = [entry for entry in entries(settings) if entry[1] not in ("Signed in", "Made an API key")]
    assert [entry[:3] for entry in done] == [
        (MIRA, "Exported answers", ""),
        (MIRA, "Exported leads", ""),
        (MIRA, "Gave a conversation back", conversation),
        (MIRA, "Took a conversation over", conversation),
        (MIRA, "Deleted a source", "Hours"),
        ("robin", "Added a source", "Hours"),
        ("robin", "Changed settings", "contact"),
    ]
