"""The owner's pages over their workspaces."""

import re

import httpx
import pytest

from control_plane.platform import Platform
from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from tests.cast import MIRA, Browser
from trulybot.kit import passes


async def test_mira_makes_a_workspace_and_is_its_owner(mira: Browser, platform: Platform) -> None:
    answer = await mira.submit("/workspaces", csrf=await mira.csrf(), name=" Oak  garden ", slug="Oak-Garden")
    assert answer.status_code == 303
    page = await mira.get(answer.headers["location"])
    assert "Oak garden" in page.text
    found = await platform.db.read(queries.workspace_with, "oak-garden")
    assert found is not None and found.name == "Oak garden"
    assert "oak-garden.localhost" in (await mira.get("/")).text


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": "Oak", "slug": "www"}, "reserved"),
        ({"name": "Oak", "slug": "a"}, "3 to 40"),
        ({"name": "Oak", "slug": "acorn"}, "Somebody has this name"),
        ({"name": "Oak", "slug": "ac0rn"}, "looks like it"),
        ({"name": " ", "slug": "oak-garden"}, "at most 80"),
        ({"name": "x" * 81, "slug": "oak-garden"}, "at most 80"),
        ({}, "at most 80"),
    ],
)
async def test_what_cannot_be_is_said_beside_the_field_and_changes_nothing(
    mira: Browser, platform: Platform, fields: dict[str, str], problem: str
) -> None:
    before = await platform.db.read(queries.workspaces)
    answer = await mira.submit("/workspaces", csrf=await mira.csrf(), **fields)
    assert answer.status_code in (409, 422)
    assert problem in answer.text
    assert await platform.db.read(queries.workspaces) == before


async def test_going_in_posts_a_pass_for_this_workspace_and_role_to_it_alone(
    vera: Browser, acorn: Workspace, platform: Platform
) -> None:
    page = await vera.submit(f"/workspaces/{acorn.id}/enter", csrf=await vera.csrf())
    assert 'action="http://acorn.localhost:8080/arrive"' in page.text
    assert "form-action http://acorn.localhost:8080;" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "strict-origin"
    signed = re.search(r'name="pass" value="([^"]+)"', page.text)
    assert signed
    shown = passes.pass_in(signed[1], [passes.public_of(platform.passes_key)])
    assert shown is not None
    assert (shown.workspace, shown.email, shown.role) == (acorn.id, "vera@acorn.example", "viewer")


async def test_the_entrance_makes_no_pass_until_it_is_posted(mira: Browser, acorn: Workspace) -> None:
    page = await mira.get(f"/workspaces/{acorn.id}/enter")
    assert page.status_code == 200
    assert 'name="pass"' not in page.text
    assert "data-onward" in page.text


async def test_who_was_on_the_way_to_a_page_is_sent_on_to_it(mira: Browser, acorn: Workspace) -> None:
    page = await mira.get(f"/workspaces/{acorn.id}/enter?next=%2Fgaps%3Fpage%3D2%26q%3D%22")
    wanted = 'name="next" value="/gaps?page=2&amp;q=&#34;"'
    assert wanted in page.text
    page = await mira.submit(f"/workspaces/{acorn.id}/enter", csrf=await mira.csrf(), next='/gaps?page=2&q="')
    assert wanted in page.text


async def test_closing_asks_for_the_address_and_can_be_undone(
    mira: Browser, acorn: Workspace, platform: Platform
) -> None:
    csrf = await mira.csrf()
    assert (await mira.submit(f"/workspaces/{acorn.id}/closing", csrf=csrf, typed="oak")).status_code == 422
    assert await _wanted(platform, acorn) == "open"
    await mira.submit(f"/workspaces/{acorn.id}/closing", csrf=csrf, typed="acorn")
    assert await _wanted(platform, acorn) == "closed"
    page = await mira.get(f"/workspaces/{acorn.id}")
    assert "It is erased on" in page.text
    assert (await mira.submit(f"/workspaces/{acorn.id}/enter", csrf=csrf)).status_code == 409
    await mira.submit(f"/workspaces/{acorn.id}/reopening", csrf=csrf)
    assert await _wanted(platform, acorn) == "open"


async def test_another_name_and_another_address(mira: Browser, acorn: Workspace, platform: Platform) -> None:
    csrf = await mira.csrf()
    assert (await mira.submit(f"/workspaces/{acorn.id}/name", csrf=csrf, name="Acorns")).status_code == 303
    assert (await mira.submit(f"/workspaces/{acorn.id}/slug", csrf=csrf, slug="Acorn-Shop")).status_code == 303
    found = await platform.db.read(queries.workspace, acorn.id)
    assert found is not None and (found.name, found.slug) == ("Acorns", "acorn-shop")


PATHS = ("", "/enter", "/name", "/slug", "/closing", "/reopening")


@pytest.mark.parametrize("path", PATHS)
async def test_charlie_finds_no_acorn(charlie: Browser, acorn: Workspace, platform: Platform, path: str) -> None:
    answer = await _ask(charlie, acorn, path)
    assert answer.status_code == 404
    assert "Acorn" not in answer.text
    assert await platform.db.read(queries.workspace, acorn.id) == acorn


@pytest.mark.parametrize("path", PATHS)
async def test_a_stranger_is_led_to_the_sign_in(stranger: Browser, acorn: Workspace, path: str) -> None:
    answer = await stranger.get(f"/workspaces/{acorn.id}{path}") if path in ("", "/enter") else None
    posted = await stranger.submit(f"/workspaces/{acorn.id}{path or '/enter'}", csrf="x")
    assert answer is None or answer.headers["location"].startswith("/sign-in?next=")
    assert posted.status_code == 401


@pytest.mark.parametrize("path", ["/slug", "/closing", "/reopening"])
async def test_an_admin_cannot_do_what_is_the_owners(
    asha: Browser, acorn: Workspace, platform: Platform, path: str
) -> None:
    assert (await asha.get(f"/workspaces/{acorn.id}")).status_code == 200
    assert (await _ask(asha, acorn, path)).status_code == 403
    assert await platform.db.read(queries.workspace, acorn.id) == acorn


@pytest.mark.parametrize("path", ["/name", "/slug", "/closing", "/reopening"])
async def test_an_agent_goes_in_and_changes_nothing(
    gopal: Browser, acorn: Workspace, platform: Platform, path: str
) -> None:
    assert (await _ask(gopal, acorn, "/enter")).status_code == 200
    assert (await _ask(gopal, acorn, path)).status_code == 403
    assert await platform.db.read(queries.workspace, acorn.id) == acorn


async def test_a_forged_post_is_refused(mira: Browser, acorn: Workspace, platform: Platform) -> None:
    assert (await mira.submit(f"/workspaces/{acorn.id}/closing", csrf="x", typed="acorn")).status_code == 403
    assert await _wanted(platform, acorn) == "open"


async def test_somebody_without_a_workspace_is_told_what_one_is(olga: Browser) -> None:
    page = await olga.get("/")
    assert "No workspace yet" in page.text
    assert MIRA not in page.text


async def _ask(browser: Browser, workspace: Workspace, path: str) -> httpx.Response:
    if not path:
        return await browser.get(f"/workspaces/{workspace.id}")
    fields = {"name": "Mine", "slug": "mine-now", "typed": "acorn"}
    return await browser.submit(f"/workspaces/{workspace.id}{path}", csrf=await browser.csrf(), **fields)


async def _wanted(platform: Platform, workspace: Workspace) -> str:
    found = await platform.db.read(queries.workspace, workspace.id)
    assert found is not None
    return found.wanted
