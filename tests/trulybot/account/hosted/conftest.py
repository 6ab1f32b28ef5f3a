"""A hosted workspace over HTTP, and the console that sends people in."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from tests.cast import Browser
from tests.hosted import ADDRESS, Console
from tests.trulybot.conftest import running
from trulybot.settings import Settings


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path / "given")


@pytest.fixture
def settings(console: Console, tmp_path: Path) -> Settings:
    return console.settings(tmp_path / "data")


@pytest.fixture
async def app(settings: Settings, migrated: Path) -> AsyncIterator[Litestar]:
    settings.data.mkdir()
    shutil.copy(migrated, settings.database)
    async with running(settings) as app:
        yield app


@pytest.fixture
async def browser(app: Litestar) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        browser.base_url = httpx.URL(ADDRESS)
        yield browser
