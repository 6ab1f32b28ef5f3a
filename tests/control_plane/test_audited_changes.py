"""Every call that changes the platform leaves its entry in the audit log.

Those about one workspace are in the table of test_outsiders.py.
"""

import asyncio
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from litestar import Litestar
from sqlalchemy import Connection, text

from control_plane.accounts import queries
from control_plane.platform import Platform
from control_plane.runtimes import rollouts
from control_plane.settings import Settings
from tests.cast import MIRA, PASSWORD, Browser
from tests.control_plane.accounts.test_two_step import Phone, begun, set_up
from tests.control_plane.conftest import CONSOLE, PATIENCE, account_of
from tests.control_plane.runtimes.releases import ReleasedPlatform, ReleasedRuntime
from tests.control_plane.test_outsiders import ROUTES, token_of
from trulybot.kit import access, events
from trulybot.kit.clock import HOUR
from trulybot.kit.security import hashed

NEW = "nila@cedar.example"
ANOTHER = "copper meadow lantern"


class Change(NamedTuple):
    """Of mira, if she `is_signed_in`, or of olga; `{code}` and the like are in the world of the call."""

    leaves: str
    sent: Mapping[str, str] = {}
    is_signed_in: bool = True
    has_two_steps: bool = False
    by_operator: bool = False


LEAVING = {
    "POST /sign-in": Change("Signed in", {"email": MIRA, "password": PASSWORD}, False),
    "POST /api/auth/sign-in": Change("Signed in", {"email": MIRA, "password": PASSWORD}, False),
    "POST /sign-in/code": Change("Signed in", {"step": "step", "code": "{recovery}"}, False, True),
    "POST /sign-out": Change("Signed out"),
    "POST /api/auth/sign-out": Change("Signed out"),
    "POST /sign-up": Change("Mailed a link to sign up", {"email": NEW}, False),
    "POST /api/auth/sign-up": Change("Mailed a link to sign up", {"email": NEW}, False),
    "POST /forgotten-password": Change("Mailed a link for a new password", {"email": MIRA}, False),
    "POST /api/auth/forgotten-password": Change("Mailed a link for a new password", {"email": MIRA}, False),
    "POST /api/auth/confirmation": Change("Made an account", {"token": "sign-up", "password": ANOTHER}, False),
    "POST /api/auth/new-password": Change(
        "Set a new password by a link", {"token": "new-password", "password": ANOTHER}, False
    ),
    "POST /welcome/{token}": Change("Made an account", {"password": ANOTHER}, False),
    "POST /account/address": Change("Asked to change their address", {"email": NEW, "address_password": PASSWORD}),
    "POST /account/password": Change("Changed their password", {"current": PASSWORD, "password": ANOTHER}),
    "POST /account/sessions/deletion": Change("Ended all other sessions"),
    "POST /account/sessions/{session_id}/deletion": Change("Ended a session"),
    "POST /account/two-step/confirmation": Change("Switched two-step sign-in on", {"code": "{code}"}),
    "POST /account/two-step/recovery-codes": Change(
        "Made new recovery codes", {"renewal_code": "{recovery}"}, has_two_steps=True
    ),
    "POST /account/two-step/deletion": Change(
        "Switched two-step sign-in off", {"password": PASSWORD, "code": "{recovery}"}, has_two_steps=True
    ),
    "POST /workspaces": Change("Created a workspace", {"name": "Oak", "slug": "oak-garden"}),
    "POST /api/workspaces": Change("Created a workspace", {"name": "Oak", "slug": "oak-garden"}),
    "POST /staff/upgrades": Change("Began an upgrade", by_operator=True),
    "POST /staff/upgrades/pausing": Change("Paused an upgrade", by_operator=True),
    "POST /staff/upgrades/going-on": Change("Went on with an upgrade", by_operator=True),
    "POST /staff/upgrades/stopping": Change("Stopped an upgrade", by_operator=True),
}

SILENT = {
    "POST /account/reading": "how somebody’s own pages are written",
    "POST /account/two-step": "a secret that proves nothing yet",
    "POST /stop/{workspace}/{recipient}/{signature}": "a lead’s own wish, of whom the log holds nothing",
    "POST /workspaces/{workspace_id}/domains/{name}/proof": "a look; once it finds something, test_domains.py",
    "POST /api/workspaces/{workspace_id}/domains/{name}/proof": "a look; once it finds something, test_domains.py",
}


@pytest.fixture
async def platform(settings: Settings, migrated_control: Path) -> Platform:
    """One that knows a newer image."""
    settings.control.mkdir(mode=0o700)
    shutil.copy(migrated_control, settings.database)
    platform = ReleasedPlatform.open(settings)
    assert isinstance(platform.runtime, ReleasedRuntime)
    platform.runtime.releases = ["new", "old"]
    return platform


def test_every_changing_route_says_what_it_leaves_in_the_log(app: Litestar) -> None:
    changing = {
        f"{method} {re.sub(r':[a-z]+}', '}', path)}"
        for path, handler in access.handlers(app)
        for method in handler.http_methods - access.SAFE_METHODS
    }
    told = {*LEAVING, *SILENT, *(route for route, row in ROUTES.items() if row.leaves)}
    assert told == changing, "add it to LEAVING, or to ROUTES in test_outsiders.py"


@pytest.mark.parametrize("route", LEAVING)
async def test_every_change_leaves_its_entry(
    mira: Browser, olga: Browser, stranger: Browser, platform: Platform, route: str
) -> None:
    await platform.converging.stop()
    await platform.rolling_out.stop()
    change = LEAVING[route]
    world = await prepared(mira, platform, change)
    if change.by_operator:
        await platform.db.write(outdate, route)
    last = (await platform.db.read(events.found, events.Sought(), 1))[0].id
    browser = olga if change.by_operator else mira if change.is_signed_in else stranger
    method, _, template = route.partition(" ")
    sent = {name: value.format_map(world) for name, value in change.sent.items()}
    headers = {"accept": "application/json", "origin": CONSOLE}
    if change.is_signed_in:
        headers["x-csrf-token"] = await token_of(browser)
    if template.startswith("/api/"):
        answer = await browser.request(method, template, headers=headers, json=sent or None)
    else:
        answer = await browser.request(method, template.format_map(world), headers=headers, data=sent)
    assert answer.status_code < 400, answer.text
    async with asyncio.timeout(PATIENCE):  # whether there is an account is found out after the answer
        while change.leaves not in await _left(platform, last):
            await asyncio.sleep(0.02)


async def prepared(mira: Browser, platform: Platform, change: Change) -> dict[str, str]:
    world = {"token": "sign-up", "session_id": str(await platform.db.write(fill, await account_of(platform, MIRA)))}
    if change.has_two_steps:
        return {**world, "recovery": (await set_up(mira)).recovery[0]}
    if "{code}" in change.sent.values():
        return {**world, "code": Phone(await begun(mira)).code()}
    return world


def fill(connection: Connection, account_id: int) -> int:
    """A link of each kind, whose token is its name, and one more session, of which this is the id."""
    queries.add_link(connection, "sign up", hashed("sign-up"), HOUR, email=NEW)
    queries.add_link(connection, "new password", hashed("new-password"), HOUR, account_id=account_id)
    queries.add_link(connection, "second step", hashed("step"), HOUR, account_id=account_id)
    sql = (
        "INSERT INTO sessions (account_id, token_hash, created_at, seen_at) VALUES (:id, x'00', unixepoch(), "
        "unixepoch()) RETURNING id"
    )
    session_id: int = connection.execute(text(sql), {"id": account_id}).scalar_one()
    return session_id


def outdate(connection: Connection, route: str) -> None:
    """Acorn has an older image; unless it is to be begun, a rollout is under way, and paused if it is to go on."""
    connection.execute(text("UPDATE workspaces SET image = 'old'"))
    if route != "POST /staff/upgrades":
        rollouts.begin(connection, ("new",), events.SERVER)
    if route.endswith("/going-on"):
        rollouts.pause(connection, events.SERVER)


async def _left(platform: Platform, last: int) -> list[str]:
    return [event.action for event in await platform.db.read(events.found_after, events.Sought(), 9, last)]
