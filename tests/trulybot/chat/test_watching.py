"""The stream by which the inbox stays up to date: what changes is told, nothing is missed, and the server ends it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import msgspec
import pytest

from trulybot.chat import handover, inbox_queries, watching
from trulybot.chat.forms import Question
from trulybot.chat.models import Author, Turn
from trulybot.chat.streaming import PING
from trulybot.chat.watching import Watching
from trulybot.kit.events import SERVER
from trulybot.settings import Settings
from trulybot.workspace import Workspace

ROBIN = Author("robin", None)


@pytest.fixture
async def workspace(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workspace]:
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.01)
    opened = Workspace.open(settings)
    yield opened
    await opened.close()


async def asked(workspace: Workspace, question: str = "hello") -> Turn:
    chat = workspace.chat
    return await chat.finished(await chat.ask(Question(question=question), "203.0.113.7"))


async def until(frames: AsyncIterator[str], fits: Callable[[str], bool]) -> str:
    async with asyncio.timeout(20):
        async for frame in frames:
            if fits(frame):
                return frame
    raise AssertionError("The stream ended.")


def told(frame: str) -> dict[str, Any]:
    return {
        "id": int(frame.partition("id: ")[2].partition("\n")[0]),
        **msgspec.json.decode(frame.partition("data: ")[2].strip()),
    }


def is_change(frame: str) -> bool:
    return frame.startswith("event: change")


async def test_who_watches_is_told_of_each_change_once(workspace: Workspace) -> None:
    before = workspace.db.glance(inbox_queries.last_change)
    async with aclosing(workspace.watching.follow(before, "", "mira")) as frames:
        assert await anext(frames) == PING
        turn = await asked(workspace)
        first = told(await until(frames, is_change))
        assert (first["conversation"], first["words"], first["wanted_at"]) == (turn.conversation_id, "hello", None)
        again = asyncio.ensure_future(anext(frames))
        done, _ = await asyncio.wait([again], timeout=0.1)
        assert not done
        again.cancel()
        await asyncio.wait([again])


async def test_who_comes_back_is_told_what_they_missed(workspace: Workspace) -> None:
    turn = await asked(workspace, "I want to talk to a human")
    seen = workspace.db.glance(inbox_queries.last_change)
    await workspace.db.write(handover.begin, turn.conversation_id, "sale", ROBIN, SERVER)
    async with aclosing(workspace.watching.follow(seen, "", "mira")) as frames:
        change = told(await until(frames, is_change))
    assert change["conversation"] == turn.conversation_id
    assert change["id"] > seen


async def test_a_wish_for_a_person_is_told_with_its_time_until_somebody_came(workspace: Workspace) -> None:
    turn = await asked(workspace, "I want to talk to a human")
    async with aclosing(workspace.watching.follow(0, "", "mira")) as frames:
        assert told(await until(frames, is_change))["wanted_at"] == turn.asked_at
        await workspace.db.write(handover.begin, turn.conversation_id, "asked for", ROBIN, SERVER)
        assert told(await until(frames, is_change))["wanted_at"] is None


async def test_two_at_one_conversation_see_each_other_come_and_go(workspace: Workspace) -> None:
    watch = workspace.watching
    async with aclosing(watch.follow(0, "c_1", "mira")) as miras:
        await anext(miras)
        assert watch.others("c_1", "robin") == ["mira"]
        async with aclosing(watch.follow(0, "c_1", "robin")) as robins:
            await anext(robins)
            await until(miras, lambda frame: "presence" in frame)
            assert (watch.others("c_1", "mira"), watch.others("c_2", "mira")) == (["robin"], [])
        await until(miras, lambda frame: "presence" in frame)
        assert watch.others("c_1", "mira") == []
    assert watch.others("c_1", "robin") == []


async def test_a_second_window_of_the_same_person_is_nobody_else(workspace: Workspace) -> None:
    watch = workspace.watching
    async with aclosing(watch.follow(0, "c_1", "mira")) as one:
        await anext(one)
        async with aclosing(watch.follow(0, "c_1", "mira")) as other:
            await anext(other)
            assert watch.others("c_1", "mira") == []
        assert watch.others("c_1", "robin") == ["mira"]


async def test_silence_has_signs_of_life(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PING_SECONDS", 0.02)
    async with aclosing(workspace.watching.follow(0, "", "mira")) as frames:
        assert [await anext(frames) for _ in range(3)] == [PING] * 3


async def test_it_ends_with_the_server_and_after_a_while(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    async with asyncio.timeout(20):
        monkeypatch.setattr(watching, "LONGEST_SECONDS", 0.05)
        assert [frame async for frame in workspace.watching.follow(0, "", "mira")] == [PING]
        monkeypatch.setattr(watching, "LONGEST_SECONDS", 300.0)
        stopping = asyncio.Event()
        frames = Watching(workspace.db, stopping).follow(0, "", "mira")
        assert await anext(frames) == PING
        stopping.set()
        assert [frame async for frame in frames] == []


async def test_a_number_from_the_future_is_no_reason_to_be_silent(workspace: Workspace) -> None:
    async with aclosing(workspace.watching.follow(10**12, "", "mira")) as frames:
        await anext(frames)
        turn = await asked(workspace)
        assert told(await until(frames, is_change))["conversation"] == turn.conversation_id
