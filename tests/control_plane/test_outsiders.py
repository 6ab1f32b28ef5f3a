"""Every route about one workspace × two workspaces × everybody: who may not is refused, and nothing changes."""

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import Connection

from control_plane.accounts import member_queries
from control_plane.accounts import queries as account_queries
from control_plane.platform import Platform
from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from tests.cast import Browser
from tests.control_plane.conftest import CONSOLE
from tests.trulybot.test_ranks import everything
from trulybot.kit import access, events
from trulybot.kit.clock import DAY
from trulybot.kit.ranks import RANKS, Rank, reaches
from trulybot.kit.security import hashed, new_token

NOTED = {"sessions", "accounts"}  # when somebody was last seen is noted even of a refused call

Needed = Rank | Literal["operator"]


class Row(NamedTuple):
    """`leaves` is the entry in the audit log, of a call that changes something."""

    needs: Needed
    leaves: str = ""
    sent: Mapping[str, Any] = {}


HOOKS = {"kind": "webhook", "value": "hooks.acorn.example"}
INVITED = {"email": "new@acorn.example", "role": "agent"}
AGAIN = {"email": "newer@acorn.example", "role": "agent"}

# In an order in which each call by the lowest who may succeeds; `{agent}` and the like name what is in Acorn.
ROUTES = {
    "GET /workspaces/{workspace_id}": Row("viewer"),
    "GET /workspaces/{workspace_id}/enter": Row("viewer"),
    "POST /workspaces/{workspace_id}/enter": Row("viewer", "Went into a workspace"),
    "GET /api/workspaces/{workspace_id}": Row("viewer"),
    "GET /api/workspaces/{workspace_id}/members": Row("viewer"),
    "GET /api/workspaces/{workspace_id}/invitations": Row("owner"),
    "GET /api/workspaces/{workspace_id}/domains": Row("admin"),
    "GET /staff/workspaces/{workspace_id}": Row("operator"),
    "POST /workspaces/{workspace_id}/name": Row("admin", "Renamed a workspace", {"name": "Acorns"}),
    "PATCH /api/workspaces/{workspace_id}": Row("admin", "Renamed a workspace", {"name": "Acorn"}),
    "POST /workspaces/{workspace_id}/domains": Row("admin", "Added a domain", {"domain_name": "a.acorn.example"}),
    "POST /api/workspaces/{workspace_id}/domains": Row("admin", "Added a domain", {"name": "b.acorn.example"}),
    "POST /workspaces/{workspace_id}/domains/{name}/proof": Row("admin"),
    "POST /api/workspaces/{workspace_id}/domains/{name}/proof": Row("admin"),
    "POST /workspaces/{workspace_id}/domains/{name}/deletion": Row("admin", "Removed a domain"),
    "DELETE /api/workspaces/{workspace_id}/domains/{name}": Row("admin", "Removed a domain"),
    "GET /workspaces/{workspace_id}/sending": Row("admin"),
    "POST /workspaces/{workspace_id}/sending": Row("admin", "Allowed a workspace to send to", HOOKS),
    "POST /workspaces/{workspace_id}/sending/deletion": Row("admin", "Forbade a workspace to send to", HOOKS),
    "POST /workspaces/{workspace_id}/invitations": Row("owner", "Invited a member", INVITED),
    "POST /api/workspaces/{workspace_id}/invitations": Row("owner", "Invited a member", AGAIN),
    "POST /workspaces/{workspace_id}/invitations/{invitation_id}/deletion": Row("owner", "Withdrew an invitation"),
    "DELETE /api/workspaces/{workspace_id}/invitations/{invitation_id}": Row("owner", "Withdrew an invitation"),
    "POST /workspaces/{workspace_id}/members/{account_id}/role": Row("owner", "Changed a role", {"role": "viewer"}),
    "PATCH /api/workspaces/{workspace_id}/members/{account_id}": Row("owner", "Changed a role", {"role": "agent"}),
    "POST /workspaces/{workspace_id}/members/{account_id}/deletion": Row("owner", "Removed a member"),
    "DELETE /api/workspaces/{workspace_id}/members/{account_id}": Row("owner", "Removed a member"),
    "POST /workspaces/{workspace_id}/leaving": Row("viewer", "Left a workspace"),
    "POST /workspaces/{workspace_id}/slug": Row("owner", "Changed a workspace’s address", {"slug": "acorns"}),
    "POST /staff/workspaces/{workspace_id}/suspending": Row("operator", "Suspended a workspace", {"reason": "Spam"}),
    "POST /staff/workspaces/{workspace_id}/resuming": Row("operator", "Resumed a workspace"),
    "POST /staff/workspaces/{workspace_id}/waking": Row("operator", "Woke a workspace"),
    "POST /staff/workspaces/{workspace_id}/sleeping": Row("operator", "Put a workspace to sleep"),
    "POST /workspaces/{workspace_id}/closing": Row("owner", "Closed a workspace", {"typed": "acorns"}),
    "POST /workspaces/{workspace_id}/reopening": Row("owner", "Reopened a workspace"),
    "POST /api/workspaces/{workspace_id}/closing": Row("owner", "Closed a workspace", {"slug": "acorns"}),
    "POST /api/workspaces/{workspace_id}/reopening": Row("owner", "Reopened a workspace"),
    "POST /workspaces/{workspace_id}/members/{account_id}/ownership": Row("owner", "Handed over ownership"),
}


class Cast(NamedTuple):
    """Everybody, by what they are in Acorn; the two last are nothing there."""

    browsers: Mapping[str, Browser]
    acorn: Workspace
    birch: Workspace


@pytest.fixture
async def cast(
    platform: Platform,
    mira: Browser,
    asha: Browser,
    gopal: Browser,
    vera: Browser,
    charlie: Browser,
    olga: Browser,
    stranger: Browser,
    acorn: Workspace,
    birch: Workspace,
) -> Cast:
    await platform.converging.stop()  # what it does in the background is no doing of a call
    browsers = {"owner": mira, "admin": asha, "agent": gopal, "viewer": vera}
    return Cast({**browsers, "charlie": charlie, "operator": olga, "stranger": stranger}, acorn, birch)


def test_every_route_about_a_workspace_is_in_the_table(app: Litestar) -> None:
    assert sorted(ROUTES) == sorted(routes(app)), "add it to ROUTES"


@pytest.mark.parametrize("which", ["acorn", "birch"])
@pytest.mark.parametrize("who", [*RANKS, "charlie", "operator", "stranger"])
async def test_who_may_not_is_refused_and_nothing_changes(
    cast: Cast, platform: Platform, who: str, which: Literal["acorn", "birch"]
) -> None:
    workspace: Workspace = getattr(cast, which)
    places = await platform.db.write(fill, workspace)
    before = everything(platform.settings.database, NOTED)
    csrf = await token_of(cast.browsers[who])
    wrong = {}
    for route, row in ROUTES.items():
        if (expected := refusal(who, which, row.needs)) is not None:
            answer = await ask(cast.browsers[who], route, row, places, csrf)
            if answer.status_code != expected:
                wrong[route] = answer.status_code
    assert wrong == {}
    assert everything(platform.settings.database, NOTED) == before


async def test_the_lowest_who_may_succeeds_and_leaves_an_entry(cast: Cast, platform: Platform) -> None:
    wrong = {}
    for route, row in ROUTES.items():
        places = await platform.db.write(fill, cast.acorn)
        browser = cast.browsers[row.needs]
        last = (await platform.db.read(events.found, events.Sought(), 1))[0].id
        answer = await ask(browser, route, row, places, await token_of(browser))
        left = [event.action for event in await platform.db.read(events.found_after, events.Sought(), 9, last)]
        if answer.status_code >= 400 or (row.leaves and row.leaves not in left):
            wrong[route] = (answer.status_code, left)
    assert wrong == {}


async def test_what_is_in_another_workspace_is_not_reached_through_ones_own(cast: Cast, platform: Platform) -> None:
    theirs = await platform.db.write(fill, cast.birch)
    before = everything(platform.settings.database, NOTED)
    mira, wrong = cast.browsers["owner"], {}
    csrf = await token_of(mira)
    for route, row in ROUTES.items():
        if route.count("{") > 1:
            answer = await ask(mira, route, row, {**theirs, "workspace_id": cast.acorn.id}, csrf)
            if answer.status_code not in (404, 409):
                wrong[route] = answer.status_code
    assert wrong == {}
    assert everything(platform.settings.database, NOTED) == before


def routes(app: Litestar) -> list[str]:
    return [
        f"{method} {re.sub(r':[a-z]+}', '}', path)}"
        for path, handler in access.handlers(app)
        if "{workspace_id" in path
        for method in handler.http_methods - {"HEAD"}
    ]


def refusal(who: str, which: str, needed: Needed) -> int | None:
    """The status of it; None for whom it is open to."""
    if who == "stranger":
        return 401
    if needed == "operator":
        return None if who == "operator" else 403
    if (who in RANKS) != (which == "acorn") or who == "operator":
        return None if who == "charlie" and which == "birch" else 404
    return None if who == "charlie" or reaches(who, needed) else 403  # type: ignore[arg-type]


async def token_of(browser: Browser) -> str:
    profile = await browser.get("/api/user/profile", headers={"accept": "application/json"})
    return str(profile.json().get("csrf", ""))


async def ask(browser: Browser, route: str, row: Row, places: Mapping[str, object], csrf: str) -> httpx.Response:
    method, _, template = route.partition(" ")
    path = template.format_map(places)
    headers = {"accept": "application/json", "origin": CONSOLE, "x-csrf-token": csrf}
    if path.startswith("/api/"):
        return await browser.request(method, path, headers=headers, json=row.sent or None)
    return await browser.request(method, path, headers=headers, data=row.sent or None)


def fill(connection: Connection, workspace: Workspace) -> dict[str, object]:
    """Something for each parameter, anew: a member, an invitation and a proven domain."""
    email = f"temp@{workspace.slug}.example"
    account_queries.add_account(connection, email, "", "customer")
    account = account_queries.account_with(connection, email)
    assert account is not None
    member_queries.add(connection, workspace.id, account.id, "viewer")
    name = f"chat.{workspace.slug}.example"
    queries.add_domain(connection, workspace.id, name, "token")
    queries.verify_domain(connection, workspace.id, name, "token")
    invited = f"invited@{workspace.slug}.example"
    if not [each for each in member_queries.invitations(connection, workspace.id) if each.email == invited]:
        account_queries.add_link(
            connection,
            "invitation",
            hashed(new_token()),
            DAY,
            email=invited,
            workspace_id=workspace.id,
            role="agent",
        )
    (invitation,) = [each for each in member_queries.invitations(connection, workspace.id) if each.email == invited]
    return {
        "workspace_id": workspace.id,
        "account_id": account.id,
        "invitation_id": invitation.id,
        "name": name,
    }
