"""Where a workspace may send to is for its owner and admins to say."""

import pytest

from control_plane.gateway import queries
from control_plane.platform import Platform
from control_plane.workspaces.models import Workspace
from tests.cast import Browser

HOST = "hooks.acorn.example"


def path(workspace: Workspace) -> str:
    return f"/workspaces/{workspace.id}/sending"


def granted(platform: Platform, workspace: Workspace) -> list[tuple[str, bool]]:
    found = platform.db.glance(queries.permissions, workspace.id)
    return [(each.value, each.granted_at is not None) for each in found]


async def test_what_the_workspace_asked_for_is_allowed_and_forbidden_with_a_click(
    asha: Browser, acorn: Workspace, platform: Platform
) -> None:
    await platform.db.write(queries.ask, acorn.id, "webhook", HOST, 20)
    page = await asha.get(path(acorn))
    assert HOST in page.text and "Waits for you" in page.text
    sent = {"csrf": await asha.csrf(), "kind": "webhook", "value": HOST}
    assert (await asha.submit(path(acorn), **sent)).headers["location"].endswith("said=allowed")
    assert granted(platform, acorn) == [(HOST, True)]
    assert (await asha.submit(f"{path(acorn)}/deletion", **sent)).status_code == 303
    assert granted(platform, acorn) == []


async def test_a_host_is_allowed_before_it_is_asked_for(mira: Browser, acorn: Workspace, platform: Platform) -> None:
    sent = {"csrf": await mira.csrf(), "kind": "webhook"}
    assert (await mira.submit(path(acorn), **sent, value=" Hooks.Acorn.example ")).status_code == 303
    assert granted(platform, acorn) == [(HOST, True)]
    assert path(acorn) in (await mira.get(f"/workspaces/{acorn.id}")).text


@pytest.mark.parametrize(("kind", "value"), [("webhook", "two words"), ("reply-to", "nobody"), ("webhook", "")])
async def test_what_is_neither_is_said_beside_the_field(
    mira: Browser, acorn: Workspace, platform: Platform, kind: str, value: str
) -> None:
    page = await mira.submit(path(acorn), csrf=await mira.csrf(), kind=kind, value=value)
    assert page.status_code == 422 and "field-error" in page.text
    assert granted(platform, acorn) == []


async def test_a_kind_that_does_not_exist_is_refused(mira: Browser, acorn: Workspace) -> None:
    assert (await mira.submit(path(acorn), csrf=await mira.csrf(), kind="anything", value=HOST)).status_code == 400


async def test_who_is_no_admin_sees_and_changes_nothing(
    gopal: Browser, charlie: Browser, stranger: Browser, acorn: Workspace, platform: Platform
) -> None:
    for browser, status in ((gopal, 403), (charlie, 404)):
        sent = {"csrf": await browser.csrf(), "kind": "webhook", "value": HOST}
        assert (await browser.get(path(acorn))).status_code == status
        assert (await browser.submit(path(acorn), **sent)).status_code == status
        assert (await browser.submit(f"{path(acorn)}/deletion", **sent)).status_code == status
    assert (await stranger.get(path(acorn))).status_code == 303
    assert granted(platform, acorn) == []
