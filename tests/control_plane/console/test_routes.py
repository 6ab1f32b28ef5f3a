"""A customer's workspaces, for programs."""

from typing import Any

import httpx
import pytest

from control_plane.accounts import member_queries
from control_plane.platform import Platform
from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from tests.cast import MIRA, Browser
from tests.control_plane.conftest import CONSOLE, mails_to


async def test_a_workspace_is_made_found_and_listed(mira: Browser, platform: Platform) -> None:
    await platform.converging.stop()  # or it would be started
    made = await call(mira, "POST", "/api/workspaces", {"name": " Oak  garden", "slug": "Oak-garden"})
    assert made.status_code == 201
    oak = made.json()
    assert (oak["name"], oak["slug"], oak["role"], oak["state"]) == ("Oak garden", "oak-garden", "owner", "awake")
    assert oak["address"] == "http://oak-garden.localhost:8080"
    assert (await call(mira, "GET", f"/api/workspaces/{oak['id']}")).json()["id"] == oak["id"]
    listed = (await call(mira, "GET", "/api/workspaces")).json()["workspaces"]
    assert {each["slug"] for each in listed} == {"acorn", "oak-garden"}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"name": "Oak", "slug": "acorn"}, 409),
        ({"name": "Oak", "slug": "www"}, 422),
        ({"name": "", "slug": "oak-garden"}, 422),
        ({"name": "Oak"}, 400),
        ({"name": "Oak", "slug": "oak-garden", "plan": "business"}, 400),
    ],
)
async def test_what_cannot_be_is_refused_as_a_problem(
    mira: Browser, platform: Platform, sent: dict[str, Any], status: int
) -> None:
    before = await platform.db.read(queries.workspaces)
    answer = await call(mira, "POST", "/api/workspaces", sent)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert await platform.db.read(queries.workspaces) == before


async def test_both_names_change_or_neither(mira: Browser, acorn: Workspace, birch: Workspace) -> None:
    path = f"/api/workspaces/{acorn.id}"
    assert (await call(mira, "PATCH", path, {"name": "Acorns", "slug": "birch"})).status_code == 409
    assert (await call(mira, "GET", path)).json()["name"] == "Acorn"
    changed = (await call(mira, "PATCH", path, {"name": "Acorns", "slug": "acorns"})).json()
    assert (changed["name"], changed["slug"]) == ("Acorns", "acorns")


async def test_an_admin_renames_and_leaves_the_address(asha: Browser, acorn: Workspace) -> None:
    path = f"/api/workspaces/{acorn.id}"
    assert (await call(asha, "PATCH", path, {"name": "Acorns"})).status_code == 200
    assert (await call(asha, "PATCH", path, {"name": "Oak", "slug": "acorns"})).status_code == 403
    assert (await call(asha, "GET", path)).json()["name"] == "Acorns"


async def test_it_is_closed_by_its_own_slug_and_reopened(mira: Browser, acorn: Workspace) -> None:
    path = f"/api/workspaces/{acorn.id}"
    assert (await call(mira, "POST", f"{path}/closing", {"slug": "birch"})).status_code == 422
    closed = (await call(mira, "POST", f"{path}/closing", {"slug": "acorn"})).json()
    assert closed["state"] == "closed" and closed["erase_at"] > acorn.created_at
    assert (await call(mira, "POST", f"{path}/reopening")).json()["erase_at"] is None


async def test_people_are_invited_changed_and_removed(
    mira: Browser, gopal: Browser, acorn: Workspace, platform: Platform
) -> None:
    path = f"/api/workspaces/{acorn.id}"
    invited = {"email": "new@acorn.example", "role": "viewer"}
    assert (await call(mira, "POST", f"{path}/invitations", invited)).status_code == 202
    assert await mails_to(platform, "new@acorn.example")
    (open_one,) = (await call(mira, "GET", f"{path}/invitations")).json()["invitations"]
    assert (open_one["email"], open_one["role"]) == ("new@acorn.example", "viewer")
    assert (await call(mira, "DELETE", f"{path}/invitations/{open_one['id']}")).status_code == 204
    owner, agent = (await call(gopal, "GET", f"{path}/members")).json()["members"]
    assert (owner["email"], agent["role"]) == (MIRA, "agent")
    member = f"{path}/members/{agent['account_id']}"
    assert (await call(mira, "PATCH", member, {"role": "admin"})).status_code == 204
    assert await platform.db.read(member_queries.role_in, acorn.id, agent["account_id"]) == "admin"
    assert (await call(mira, "PATCH", member, {"role": "owner"})).status_code == 400
    assert (await call(mira, "DELETE", f"{path}/members/{owner['account_id']}")).status_code == 409
    assert (await call(mira, "DELETE", member)).status_code == 204
    assert await platform.db.read(member_queries.role_in, acorn.id, agent["account_id"]) is None


async def test_a_domain_is_asked_for_and_removed(asha: Browser, acorn: Workspace) -> None:
    path = f"/api/workspaces/{acorn.id}/domains"
    added = await call(asha, "POST", path, {"name": "Chat.Acorn.example"})
    assert added.status_code == 201
    domain = added.json()
    assert domain["record"] == "_trulybot.chat.acorn.example" and domain["token"] and domain["verified_at"] is None
    assert (await call(asha, "GET", path)).json()["domains"] == [domain]
    assert (await call(asha, "POST", path, {"name": "localhost"})).status_code == 422
    assert (await call(asha, "DELETE", f"{path}/chat.acorn.example")).status_code == 204
    assert (await call(asha, "POST", f"{path}/chat.acorn.example/proof")).status_code == 404


async def test_without_the_token_of_the_profile_nothing_changes(
    mira: Browser, acorn: Workspace, platform: Platform
) -> None:
    answer = await mira.patch(f"/api/workspaces/{acorn.id}", json={"name": "Forged"}, headers={"origin": CONSOLE})
    assert answer.status_code == 403
    assert await platform.db.read(queries.workspace, acorn.id) == acorn


async def test_it_is_all_described(stranger: Browser) -> None:
    paths = (await stranger.get("/openapi.json")).json()["paths"]
    assert {"/api/workspaces", "/api/workspaces/{workspace_id}/domains/{name}/proof"} <= set(paths)
    assert set(paths["/api/workspaces/{workspace_id}"]) >= {"get", "patch"}


async def call(browser: Browser, method: str, path: str, sent: dict[str, Any] | None = None) -> httpx.Response:
    """As a program calls: with the token that the profile gives."""
    profile = await browser.get("/api/user/profile", headers={"accept": "application/json"})
    headers = {"accept": "application/json", "x-csrf-token": profile.json()["csrf"]}
    return await browser.request(method, path, json=sent, headers=headers)
