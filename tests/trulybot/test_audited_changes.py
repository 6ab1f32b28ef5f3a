"""Every call that changes the workspace leaves its entry in the audit log, in the transaction of the change itself."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import Connection, text

from tests.cast import ADDRESS, PASSWORD, Browser
from tests.trulybot.changes import LEAVING, SILENT, Change
from tests.trulybot.idle import idle
from tests.trulybot.test_ranks import everything
from tests.trulybot.world import World
from trulybot.contract import SESSION_COOKIE
from trulybot.kit import access, events, passwords
from trulybot.kit.database import Database
from trulybot.kit.ranks import RANKS, Rank
from trulybot.kit.sessions import csrf_of
from trulybot.settings import Settings

REFUSING = "CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'there is no room'); END"


class Call(NamedTuple):
    route: str
    address: str
    sent: dict[str, Any]
    session: str | None
    last_entry: int


@pytest.fixture
def db(app: Litestar, settings: Settings) -> Iterator[Database]:
    """The workspace’s, from another process as it were."""
    db = Database(settings.database)
    yield db
    db.close()


def changing(app: Litestar) -> dict[str, str]:
    """Who may call each route that is no mere question."""
    return {
        f"{method} {path}": handler.opt["who"]
        for path, handler in access.handlers(app)
        for method in handler.http_methods - access.SAFE_METHODS
    }


def test_every_changing_route_says_what_it_leaves_in_the_log(app: Litestar) -> None:
    told = [*LEAVING, *SILENT]
    assert sorted(told) == sorted(changing(app)), "add it to tests/trulybot/changes.py"
    assert all(
        who == "visitor" for route, who in changing(app).items() if SILENT.get(route, "").startswith("a visitor")
    )


async def test_every_change_leaves_its_entry(app: Litestar, mira: Browser, db: Database) -> None:
    ranks, password_hash = changing(app), await passwords.hash_of(PASSWORD)
    wrong = {}
    for number, (route, change) in enumerate(LEAVING.items()):
        call = db.write_now(prepared, route, change, ranks[route], password_hash)
        answer = await answered(app, call, number)
        left = [event.action for event in db.glance(events.found_after, events.Sought(), 9, call.last_entry)]
        if change.leaves not in left:
            wrong[route] = (answer.status_code, left)
    assert wrong == {}


async def test_no_change_is_kept_without_its_entry(
    app: Litestar, mira: Browser, settings: Settings, db: Database
) -> None:
    ranks, password_hash = changing(app), await passwords.hash_of(PASSWORD)
    calls = [db.write_now(prepared, route, change, ranks[route], password_hash) for route, change in LEAVING.items()]
    await idle(settings)
    db.write_now(lambda connection: connection.execute(text(REFUSING)))
    before = everything(settings.database, without=())
    kept = []
    for number, call in enumerate(calls):
        answer = await answered(app, call, number)
        after = everything(settings.database, without=())
        if answer.status_code < 400 or after != before:
            kept.append((call.route, answer.status_code, [name for name in after if after[name] != before[name]]))
            before = after
    assert kept == []


def prepared(connection: Connection, route: str, change: Change, who: Any, password_hash: str) -> Call:
    """The call, once all is there that it names; nothing of that is left to be done in the background."""
    rank: Rank = who if who in RANKS else "viewer"
    world = World(connection, rank, password_hash)
    for needed in change.needs:
        assert world[needed]
    template = change.address or re.sub(r"\{(\w+):\w+\}", r"{\1}", route.partition(" ")[2])
    address, sent = _filled([template, change.sent], world)
    session = world["session"] if who in RANKS else None
    connection.execute(text("DELETE FROM jobs"))
    return Call(route, address, sent, session, world.one("SELECT max(id) FROM events"))


async def answered(app: Litestar, call: Call, number: int) -> httpx.Response:
    """From an address of its own: limits count by it."""
    async with Browser(app, address=f"198.51.100.{number}") as browser:
        headers = {"origin": ADDRESS}
        if call.session:
            browser.cookies.set(SESSION_COOKIE, call.session, "localhost.local", "/")
            headers["x-csrf-token"] = csrf_of(call.session)
        method = call.route.partition(" ")[0]
        return await browser.request(method, call.address, headers=headers, **_body(call))


def _body(call: Call) -> dict[str, Any]:
    files = {name: ("table.csv", value) for name, value in call.sent.items() if isinstance(value, bytes)}
    if files:
        return {"files": files}
    if not call.route.partition(" ")[2].startswith("/api/"):
        return {"data": call.sent}
    return {} if call.route.startswith("DELETE") else {"json": call.sent}


def _filled(given: Any, world: World) -> Any:
    match given:
        case str():
            return given.format_map(world)
        case list():
            return [_filled(each, world) for each in given]
        case dict():
            return {name: _filled(each, world) for name, each in given.items()}
        case _:
            return given
