"""One workspace in the hands of the operator."""

import pytest

from control_plane.platform import Platform
from control_plane.workspaces import queries, suspending
from control_plane.workspaces.models import MOST_FAILURES, Workspace
from tests.cast import MIRA, Browser
from trulybot.kit import events

VERBS = ("waking", "sleeping", "suspending", "resuming")


async def test_its_page_shows_log_members_and_security_events(
    olga: Browser, asha: Browser, acorn: Workspace, birch: Workspace, platform: Platform
) -> None:
    logs = platform.settings.control / "logs"
    logs.mkdir(exist_ok=True)
    (logs / f"{acorn.id}.log").write_text("x" * 70_000 + "\n<b>the last line</b>\n")
    await platform.db.write(queries.note_security_event, acorn.id, "a pass for another workspace", "from 203.0.113.9")
    await platform.db.write(queries.note_security_event, birch.id, "a token from the wrong peer")
    page = await olga.get(f"/staff/workspaces/{acorn.id}")
    for shown in ("&lt;b&gt;the last line", MIRA, "asha@acorn.example", "Admin", "a pass for another workspace"):
        assert shown in page.text
    assert page.text.count("x" * 1000) < 66
    assert "a token from the wrong peer" not in page.text
    everywhere = (await olga.get("/staff/security-events")).text
    assert "a token from the wrong peer" in everywhere and "Birch" in everywhere


async def test_it_is_woken_and_put_to_sleep(olga: Browser, acorn: Workspace, platform: Platform) -> None:
    await platform.converging.stop()  # what is wanted is written; that it comes about is another test's
    csrf = await olga.csrf()
    assert (await olga.submit(f"/staff/workspaces/{acorn.id}/waking", csrf=csrf)).status_code == 303
    assert (await _now(platform, acorn)).state == "awake"
    assert "Starting…" in (await olga.get(f"/staff/workspaces/{acorn.id}?said=woken")).text
    assert (await olga.submit(f"/staff/workspaces/{acorn.id}/sleeping", csrf=csrf)).status_code == 303
    assert (await _now(platform, acorn)).state == "asleep"
    assert await _latest(platform) == ["Put a workspace to sleep", "Woke a workspace"]


async def test_what_did_not_start_is_tried_again(olga: Browser, acorn: Workspace, platform: Platform) -> None:
    await platform.converging.stop()
    await platform.db.write(queries.wake, acorn.id)
    for _ in range(MOST_FAILURES):
        await platform.db.write(queries.note_failure, acorn.id)
    assert "5 times in a row" in (await olga.get(f"/staff/workspaces/{acorn.id}")).text
    await olga.submit(f"/staff/workspaces/{acorn.id}/waking", csrf=await olga.csrf())
    assert (await _now(platform, acorn)).state == "awake"


async def test_it_is_suspended_with_a_reason_its_people_read_and_resumed(
    olga: Browser, mira: Browser, acorn: Workspace, platform: Platform
) -> None:
    csrf = await olga.csrf()
    without = await olga.submit(f"/staff/workspaces/{acorn.id}/suspending", csrf=csrf, reason=" ")
    assert without.status_code == 422 and "Write why" in without.text
    assert (await _now(platform, acorn)).wanted == "open"
    await olga.submit(f"/staff/workspaces/{acorn.id}/suspending", csrf=csrf, reason="It sent spam")
    assert (await _now(platform, acorn)).wanted == "suspended"
    assert "It sent spam" in (await mira.get(f"/workspaces/{acorn.id}")).text
    assert (await olga.submit(f"/staff/workspaces/{acorn.id}/waking", csrf=csrf)).status_code == 409
    await olga.submit(f"/staff/workspaces/{acorn.id}/resuming", csrf=csrf)
    assert (await _now(platform, acorn)).wanted == "open"
    log = (await olga.get("/staff/audit?q=spam")).text
    assert "Suspended a workspace" in log and "olga@operator.example" in log


async def test_why_the_disk_guard_suspended_it_is_read_by_its_people_and_the_operator(
    olga: Browser, mira: Browser, acorn: Workspace, platform: Platform
) -> None:
    await platform.db.write(suspending.suspend_for_room, acorn, 900 * 2**20)
    for page in (await mira.get(f"/workspaces/{acorn.id}"), await olga.get(f"/staff/workspaces/{acorn.id}")):
        assert "this workspace takes the most room: 900 MB." in page.text
    (shown,) = (await mira.get("/api/workspaces")).json()["workspaces"]
    assert shown["reason"].endswith("the most room: 900 MB.")


async def test_an_unknown_one_is_not_there(olga: Browser) -> None:
    assert (await olga.get("/staff/workspaces/w0")).status_code == 404


@pytest.mark.parametrize("verb", VERBS)
async def test_its_own_owner_cannot(mira: Browser, acorn: Workspace, platform: Platform, verb: str) -> None:
    path = f"/staff/workspaces/{acorn.id}/{verb}"
    assert (await mira.submit(path, csrf=await mira.csrf(), reason="why not")).status_code == 403
    assert await _now(platform, acorn) == acorn


async def _now(platform: Platform, workspace: Workspace) -> Workspace:
    found = await platform.db.read(queries.workspace, workspace.id)
    assert found is not None
    return found


async def _latest(platform: Platform) -> list[str]:
    return [event.action for event in await platform.db.read(events.found, events.Sought(), 2)]
