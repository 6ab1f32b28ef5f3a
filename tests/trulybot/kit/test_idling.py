import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.stand_in_gateway import StandIn, gateway_at
from trulybot.kit import idling
from trulybot.kit.clock import HOUR, now
from trulybot.kit.gateway import Gateway
from trulybot.kit.idling import Activity, Idling, Work
from trulybot.kit.looking_on import looks_on


class Clock:
    at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def request_for(path: str, **headers: str) -> dict[str, Any]:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": path, "headers": sent}


def test_silence_begins_with_the_end_of_what_was_asked_last(clock: Clock) -> None:
    activity = Activity(clock)
    clock.at += 50
    assert activity.silence() == 50
    with activity.of(request_for("/api/chat")), activity.of(request_for("/api/leads")):
        clock.at += 50
        assert activity.silence() == 0
    clock.at += 7
    assert activity.silence() == 7


def test_a_request_that_fails_was_one_too(clock: Clock) -> None:
    activity = Activity(clock)
    clock.at += 50
    with suppress(KeyError), activity.of(request_for("/api/chat")):
        raise KeyError
    assert activity.silence() == 0
    clock.at += 3
    assert activity.silence() == 3


@pytest.mark.parametrize(
    "nothing",
    [
        request_for("/up"),
        request_for("/live"),
        request_for("/inbox/live"),
        request_for("/inbox", x_looking_on="1"),
        {"type": "lifespan"},
    ],
    ids=lambda scope: scope.get("path", scope["type"]),
)
def test_health_checks_and_open_dashboards_are_no_activity(clock: Clock, nothing: dict[str, Any]) -> None:
    activity = Activity(clock)
    clock.at += 50
    with activity.of(nothing):
        assert activity.silence() == 50
    assert activity.silence() == 50


def test_what_a_person_opens_in_a_dashboard_is_no_looking_on() -> None:
    assert not looks_on("/inbox", {"accept"})
    assert looks_on("/inbox", {"accept", "x-looking-on"})


class Day:
    """What a workspace has to do, as its test says."""

    def __init__(self, socket: Path, token: Path) -> None:
        token.write_text("acorn's")
        self.gateway = Gateway(socket, token)
        self.work = Work(True, None)
        self.fails = False
        self.idling = Idling(Activity(), self.gateway, lambda: 0, self._work)

    async def _work(self) -> Work:
        if self.fails:
            raise OSError("full")
        return self.work


@pytest.fixture
async def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Day]:
    monkeypatch.setattr(idling, "LOOK_AGAIN", 0.02)
    monkeypatch.setattr(idling, "SAY_AGAIN", 0.02)
    day = Day(tmp_path / "g", tmp_path / "token")
    watching = asyncio.create_task(day.idling.watch())
    yield day
    watching.cancel()
    await asyncio.wait([watching])
    await day.gateway.close()


@pytest.fixture
async def stand_in(tmp_path: Path) -> AsyncIterator[StandIn]:
    async with gateway_at(tmp_path / "g") as stand_in:
        yield stand_in


async def test_the_gateway_is_told_when_to_wake_us(day: Day, stand_in: StandIn) -> None:
    day.work = Work(False, now() + HOUR)
    assert (await stand_in.first("/idle")).read() == {"up_again_at": day.work.next_at}


async def test_a_job_under_way_or_soon_due_keeps_us_awake(day: Day, stand_in: StandIn) -> None:
    for work in (Work(True, None), Work(False, now() + 30), Work(False, now() - 30)):
        day.work = work
        await asyncio.sleep(0.1)
        stand_in.told.clear()
        await asyncio.sleep(0.1)
        assert stand_in.told == []
    day.work = Work(False, None)
    assert (await stand_in.first("/idle")).read() == {"up_again_at": None}


async def test_a_gateway_that_is_away_or_refuses_is_told_again(day: Day, tmp_path: Path) -> None:
    day.work = Work(False, None)
    await asyncio.sleep(0.1)
    async with gateway_at(tmp_path / "g") as stand_in:
        stand_in.status = 503
        await stand_in.first("/idle")
        stand_in.told.clear()
        assert await stand_in.first("/idle")


async def test_while_work_cannot_be_seen_we_stay_awake(day: Day, stand_in: StandIn) -> None:
    day.fails, day.work = True, Work(False, None)
    await asyncio.sleep(0.1)
    assert stand_in.told == []
    day.fails = False
    assert await stand_in.first("/idle")
