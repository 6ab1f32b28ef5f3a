"""Staff find leads: by status, time, words, and by how they can be reached; a page costs the same wherever it lies."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import Connection, text

from tests.cast import Browser
from tests.trulybot.leads.leaving import choose, left, listed
from trulybot.settings import Settings
from trulybot.workspace import written

MIRA = {"email": "mira@acorn.example", "name": "Mira Rao", "about": "LAMPS for the Ärzte"}
CHEN = {"phone": "+442079460958", "name": "陳大文"}


@pytest.fixture
async def both(charlie: Browser, robin: Browser) -> None:
    await choose(robin)
    await left(charlie, MIRA)
    await left(charlie, CHEN)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"Mira Rao", "陳大文"}),
        ({"q": "mira@ACORN"}, {"Mira Rao"}),
        ({"q": "lamps"}, {"Mira Rao"}),
        ({"q": "ärzte"}, {"Mira Rao"}),
        ({"q": "大文"}, {"陳大文"}),
        ({"q": "7946"}, {"陳大文"}),
        ({"q": "%"}, set()),
        ({"q": "about"}, set()),
        ({"has": "email"}, {"Mira Rao"}),
        ({"has": "phone"}, {"陳大文"}),
        ({"has": ["email", "phone"]}, set()),
        ({"status": "new"}, {"Mira Rao", "陳大文"}),
        ({"status": "won"}, set()),
        ({"since": 1}, {"Mira Rao", "陳大文"}),
        ({"since": 4_000_000_000}, set()),
        ({"status": "new", "q": "rao", "has": "email", "since": 1}, {"Mira Rao"}),
    ],
)
async def test_a_filter_finds_what_it_names(robin: Browser, both: None, query: dict[str, Any], names: set[str]) -> None:
    assert {lead["name"] for lead in await listed(robin, **query)} == names


@pytest.mark.parametrize("query", [{"status": "cold"}, {"since": -1}, {"since": "x"}, {"has": "fax"}, {"q": "x" * 201}])
async def test_a_filter_that_is_none_is_refused(robin: Browser, query: dict[str, Any]) -> None:
    assert (await robin.get("/api/leads", params=query)).status_code == 400


async def test_pages_follow_each_other_without_gap_or_repeat(app: Litestar, robin: Browser, settings: Settings) -> None:
    written(settings, _fill, 120)
    found: list[str] = []
    cursor = None
    for _ in range(3):
        page = (await robin.get("/api/leads", params={"cursor": cursor} if cursor else {})).json()
        found += [lead["name"] for lead in page["leads"]]
        cursor = page["next"]
    assert cursor is None
    assert found == [f"n{n}" for n in reversed(range(120))]


async def test_who_comes_back_stands_first(charlie: Browser, robin: Browser, both: None, settings: Settings) -> None:
    written(settings, _make_older)
    await left(charlie, {"email": MIRA["email"]})
    assert [lead["name"] for lead in await listed(robin)] == ["Mira Rao", "陳大文"]


def _fill(connection: Connection, count: int) -> None:
    for n in range(count):
        connection.execute(
            text("INSERT INTO leads (id, name, words, created_at, captured_at) VALUES (:id, :name, '', :at, :at)"),
            {"id": f"l_{n:03}", "name": f"n{n}", "at": n // 7},
        )


def _make_older(connection: Connection) -> None:
    connection.execute(text("UPDATE leads SET captured_at = captured_at - 100"))
