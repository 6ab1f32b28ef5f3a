"""Whoever looks at Home is told that something has changed, whatever it is, and of nothing that was there before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from trulybot.chat.streaming import PING
from trulybot.home import changes
from trulybot.kit.database import Database
from trulybot.preferences.models import Preferences
from trulybot.preferences.queries import save
from trulybot.settings import Settings
from trulybot.workspace import Workspace


@pytest.fixture
async def workspace(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workspace]:
    monkeypatch.setattr(changes, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(changes, "PING_SECONDS", 0.05)
    opened = Workspace.open(settings)
    yield opened
    await opened.close()


async def test_what_is_written_is_told_once_and_what_was_before_is_not(workspace: Workspace) -> None:
    db = workspace.db
    async with aclosing(changes.changes(db, asyncio.Event(), db.version())) as frames:
        assert [await anext(frames) for _ in range(3)] == [PING] * 3
        await _write(db, "Ada")
        assert (await anext(frames)).startswith("event: change\n")
        assert await anext(frames) == PING


async def test_what_another_process_writes_is_told(workspace: Workspace, settings: Settings) -> None:
    other = Workspace.open(settings)
    async with aclosing(changes.changes(workspace.db, asyncio.Event(), workspace.db.version())) as frames:
        assert await anext(frames) == PING
        await _write(other.db, "Ada")
        assert "event: change" in await anext(frames)
    await other.close()


async def test_who_comes_back_is_told_what_was_missed(workspace: Workspace) -> None:
    seen = workspace.db.version()
    await _write(workspace.db, "Ada")
    async with aclosing(changes.changes(workspace.db, asyncio.Event(), seen)) as frames:
        assert await anext(frames) == PING
        assert "event: change" in await anext(frames)


async def test_the_stream_ends_with_the_server(workspace: Workspace) -> None:
    stopping = asyncio.Event()
    async with aclosing(changes.changes(workspace.db, stopping, workspace.db.version())) as frames:
        assert await anext(frames) == PING
        stopping.set()
        assert [frame async for frame in frames] == []


async def _write(db: Database, name: str) -> None:
    await db.write(save, Preferences(bot_name=name))
