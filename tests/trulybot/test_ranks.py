"""Each route of the real application under each role: whoever is below its rank is refused, and nothing changes."""

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar

from tests.cast import ADDRESS, Browser
from tests.trulybot.conftest import signed_in
from tests.trulybot.idle import idle
from tests.trulybot.kit.test_access import calls
from trulybot.account import api_keys
from trulybot.account.models import Scope
from trulybot.kit import looking_on, sqlite
from trulybot.kit.ranks import RANKS, Rank, reaches
from trulybot.settings import Settings
from trulybot.workspace import written

NOTED = {"sessions", "staff", "api_keys"}  # when somebody was last seen is noted even of a refused call
PATIENCE, AT_A_STREAM = 30, 2  # seconds: a route that streams events for ever is open, too


@pytest.mark.parametrize("rank", RANKS[:-1])
async def test_whoever_has_too_low_a_rank_is_refused_and_nothing_changes(
    app: Litestar, mira: Browser, settings: Settings, rank: Rank
) -> None:
    out_of_reach = [call for needed in RANKS if not reaches(rank, needed) for call in calls(app, needed)]
    assert out_of_reach
    async with Browser(app) as browser:
        csrf = await signed_in(browser, settings, rank).csrf()
        await idle(settings)
        before = everything(settings.database)
        opened = []
        for method, address in out_of_reach:
            answer = await browser.request(method, address, headers=_proof(csrf))
            if answer.status_code != 403 or "Ask the owner" not in answer.text:
                opened.append((method, address, answer.status_code))
    assert opened == []
    assert everything(settings.database) == before


@pytest.mark.parametrize("rank", RANKS)
async def test_whoever_has_the_rank_or_a_higher_one_is_not_refused(
    app: Litestar, mira: Browser, settings: Settings, rank: Rank
) -> None:
    within_reach = [call for needed in RANKS if reaches(rank, needed) for call in calls(app, needed)]
    assert within_reach
    refused = []
    for number, (method, address) in enumerate(within_reach):
        # Each call by a new session from another address: signing out ends one, and limits count the other.
        async with Browser(app, address=f"198.51.{number // 250}.{number % 250 + 1}") as browser:
            csrf = await signed_in(browser, settings, rank).csrf()
            answer = await _answer(browser, method, address, csrf)
            if answer and answer.status_code in (401, 403, 500):
                refused.append((method, address, answer.status_code))
    assert refused == []


@pytest.mark.parametrize("scope", ["viewer", "agent", "admin"])
async def test_a_program_may_what_its_scope_says(app: Litestar, settings: Settings, scope: Scope) -> None:
    async with Browser(app) as program:
        program.headers["authorization"] = "Bearer " + written(settings, api_keys.create, "robin", scope)
        program.headers["accept"] = "application/json"
        wrong = []
        for needed in RANKS:
            for method, address in calls(app, needed):
                answer = await _answer(program, method, address, "")
                refused = answer is not None and answer.status_code == 403
                theirs = "no account of its own" in answer.text if answer is not None else False
                if refused != (not reaches(scope, needed)) and not theirs:
                    wrong.append((method, address, answer and answer.status_code))
    assert wrong == []


def everything(database: Path, without: Collection[str] = NOTED) -> dict[str, list[Any]]:
    """What the tables hold, but usually for those in which it is noted who was last seen."""
    connection = sqlite.connect(database, read_only=True)
    try:
        tables = connection.execute("SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")
        names = {name for (name,) in tables.fetchall()} - set(without)
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in sorted(names)}
    finally:
        connection.close()


async def _answer(browser: Browser, method: str, address: str, csrf: str) -> httpx.Response | None:
    """None of a route that goes on answering."""
    patience = AT_A_STREAM if address in looking_on.PATHS else PATIENCE
    try:
        return await asyncio.wait_for(browser.request(method, address, headers=_proof(csrf)), patience)
    except TimeoutError:
        return None


def _proof(csrf: str) -> dict[str, str]:
    return {"origin": ADDRESS, **({"x-csrf-token": csrf} if csrf else {})}
