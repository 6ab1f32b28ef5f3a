"""A workspace over HTTP, and its cast."""

import shutil
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.cast import MIRA, PASSWORD, TEAM, Browser
from tests.serving import living
from trulybot.account import api_keys, first_run, queries, sessions
from trulybot.app import WorkspaceApplication
from trulybot.contract import SESSION_COOKIE
from trulybot.kit.migrate import migrate
from trulybot.kit.ranks import Rank
from trulybot.kit.sessions import Arrival
from trulybot.settings import Settings
from trulybot.workspace import MIGRATIONS, Workspace, written

# By the largest upload, and whether it is hosted. To register the routes takes most of a start, and nothing of a
# workspace is in them.
IDLE: defaultdict[tuple[int, bool], list[WorkspaceApplication]] = defaultdict(list)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with nothing in it; to copy it is much quicker than to migrate one for each test."""
    settings = Settings(data=tmp_path_factory.mktemp("migrated"))
    migrate(settings.database, MIGRATIONS)
    return settings.database


@pytest.fixture
async def app(settings: Settings, migrated: Path) -> AsyncIterator[WorkspaceApplication]:
    if not settings.database.exists():
        settings.data.mkdir(exist_ok=True)
        shutil.copy(migrated, settings.database)
    async with running(settings) as app:
        yield app


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[WorkspaceApplication]:
    workspace = Workspace.open(settings)
    is_hosted = workspace.hosting is not None
    idle = IDLE[settings.max_file_bytes, is_hosted]
    app = idle.pop() if idle else WorkspaceApplication(settings.max_file_bytes, is_hosted=is_hosted)
    app.answer_for(workspace)
    async with living(app):
        yield app
    idle.append(app)


@pytest.fixture
async def charlie(app: WorkspaceApplication) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        yield browser


@pytest.fixture
def first_link(app: WorkspaceApplication, settings: Settings) -> str:
    return written(settings, first_run.sign_in_link, "")


@pytest.fixture
async def mira(app: WorkspaceApplication, first_link: str) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        await browser.submit(first_link, email=MIRA, password=PASSWORD)
        assert await browser.is_signed_in()
        yield browser


@pytest.fixture
async def robin(app: WorkspaceApplication, settings: Settings) -> AsyncIterator[Browser]:
    async with Browser(app) as program:
        program.headers["authorization"] = "Bearer " + written(settings, api_keys.create, "robin")
        yield program


@pytest.fixture
async def asha(app: WorkspaceApplication, mira: Browser, settings: Settings) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        yield signed_in(browser, settings, "admin")


@pytest.fixture
async def gopal(app: WorkspaceApplication, mira: Browser, settings: Settings) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        yield signed_in(browser, settings, "agent")


@pytest.fixture
async def vera(app: WorkspaceApplication, mira: Browser, settings: Settings) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        yield signed_in(browser, settings, "viewer")


@asynccontextmanager
async def workspace_of(settings: Settings) -> AsyncIterator[Browser]:
    """Mira, in a workspace with settings of its own."""
    async with running(settings) as app, Browser(app) as browser:
        await browser.submit(written(settings, first_run.sign_in_link, ""), email=MIRA, password=PASSWORD)
        yield browser


@pytest.fixture
def age(settings: Settings) -> Callable[[int], None]:
    """Lets seconds pass: everything that was stored becomes so much older."""
    return lambda seconds: written(settings, _make_older, seconds)


def signed_in(browser: Browser, settings: Settings, rank: Rank) -> Browser:
    """The browser, as one of the team’s people."""
    browser.cookies.set(SESSION_COOKIE, written(settings, _session, TEAM[rank], rank), "localhost.local", "/")
    return browser


def _session(connection: Connection, email: str, rank: Rank) -> str:
    queries.add_staff(connection, email, "no password", rank)
    staff = queries.staff_with(connection, email)
    assert staff is not None
    return sessions.begin(connection, staff.id, Arrival())


def _make_older(connection: Connection, seconds: int) -> None:
    for columns in (
        "sessions SET created_at = created_at - :s, seen_at = seen_at - :s, ends_at = ends_at - :s",
        "one_time_links SET expires_at = expires_at - :s",
        "api_keys SET created_at = created_at - :s, last_used_at = last_used_at - :s",
    ):
        connection.execute(text(f"UPDATE {columns}"), {"s": seconds})
