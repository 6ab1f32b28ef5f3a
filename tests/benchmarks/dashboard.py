"""How long does each page of the staff take with 100,000 conversations, and how much of it is not its queries?"""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine, event

from tests.benchmarks import lived_in
from tests.benchmarks.load import load, request
from tests.benchmarks.measuring import RUNS, Bar, Row, medians, percentile, report, take_turns
from tests.benchmarks.serving import workspace
from tests.cast import Browser
from trulybot.account import queries, sessions
from trulybot.app import create_app
from trulybot.contract import SESSION_COOKIE
from trulybot.kit import sqlite
from trulybot.kit.sessions import Arrival
from trulybot.settings import Settings
from trulybot.workspace import written

# Each request comes from elsewhere, so that the limit on one client does not end the measuring.
FROM_MANY = {"TRULYBOT_TRUSTED_PROXIES": "127.0.0.1"}

QUICK = Bar(100)  # ms
NEAR = Bar(3)  # times the page's queries alone
PAGES = (
    "/",
    "/?days=90",
    "/inbox",
    "/inbox?show=unanswered",
    "/inbox?show=disliked",
    "/inbox?show=unread",
    f"/inbox?q={lived_in.COMMON}",
    f"/inbox?q={lived_in.RARE}",
    f"/inbox/{lived_in.conversation_id(0)}",
    "/leads",
    "/leads?status=won",
    f"/leads?q={lived_in.RARE}",
    f"/leads/{lived_in.lead_id(0)}",
    "/gaps",
    "/answers",
    f"/answers?q={lived_in.RARE}",
    "/knowledge",
    "/settings",
    "/settings/team",
    "/settings/audit",
    f"/settings/audit?q={lived_in.RARE}",
)

Statement = tuple[str, Any]


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="dashboard", description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--requests", type=int, default=40)
    options = parser.parse_args(argv)
    with TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        lived_in.fill(settings, options.conversations)
        session = written(settings, _session)
        asked = asyncio.run(_asked_by_each(settings, session))
        rows = _rows(settings, session, asked, options.runs, options.requests)
    report(f"Pages with {options.conversations:,} conversations, medians of {options.runs} runs", rows)


def _session(connection: Connection) -> str:
    owner = queries.owner(connection)
    assert owner is not None
    return sessions.begin(connection, owner.id, Arrival())


async def _asked_by_each(settings: Settings, session: str) -> dict[str, list[Statement]]:
    """The statements that each page reads with."""
    app = create_app(settings)
    async with app.lifespan(), Browser(app) as browser:
        browser.cookies.set(SESSION_COOKIE, session, "localhost.local", "/")
        asked = {}
        for page in PAGES:
            with _overheard() as asked[page]:
                answer = await browser.get(page)
            assert answer.status_code == 200, (page, answer.status_code)
        return asked


@contextmanager
def _overheard() -> Iterator[list[Statement]]:
    """What is read of the database while the block runs."""
    heard: list[Statement] = []

    def hear(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            heard.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def _rows(settings: Settings, session: str, asked: dict[str, list[Statement]], runs: int, requests: int) -> list[Row]:
    connection = sqlite.connect(settings.database)
    try:
        with workspace(settings.data, FROM_MANY) as server:
            rows = []
            for page in PAGES:
                asking = [
                    request(
                        "GET",
                        page,
                        Accept="text/html",
                        Cookie=f"{SESSION_COOKIE}={session}",
                        X_Forwarded_For=f"10.0.0.{n}",
                    )
                    for n in range(requests)
                ]
                ours, bare = take_turns(
                    runs,
                    lambda asking=asking: load(server.port, asking, 1).at(0.95),  # type: ignore[misc]
                    lambda page=page: _bare(connection, asked[page], requests),  # type: ignore[misc]
                )
                p95, baseline = medians([ours, bare])
                rows += [
                    Row(page, p95, None, "ms", QUICK),
                    Row("– beside its queries alone", p95, baseline, "ms", NEAR),
                ]
                print(f"\r  {len(rows) // 2} of {len(PAGES)} pages", end="", file=sys.stderr, flush=True)
            return rows
    finally:
        connection.close()


def _bare(connection: Any, statements: list[Statement], times: int) -> float:
    """p95 in milliseconds of reading all that a page reads, by the driver alone."""
    taken = []
    for _ in range(times):
        began = perf_counter()
        for statement, parameters in statements:
            connection.execute(statement, parameters).fetchall()
        taken.append(1000 * (perf_counter() - began))
    return percentile(taken, 0.95)
