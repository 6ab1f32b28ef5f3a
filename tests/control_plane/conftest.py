"""The console over HTTP, and its cast.

Mira owns the workspace Acorn, where asha is an admin, gopal an agent and vera a viewer. Charlie has an account and a
workspace of his own, Birch, and no business in Acorn. Olga operates the platform. A stranger has no account.
"""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from litestar import Litestar
from sqlalchemy import Connection, text

from control_plane.accounts import member_queries, queries, sessions
from control_plane.app import create_app
from control_plane.platform import MIGRATIONS, Platform
from control_plane.settings import Settings
from control_plane.workspaces import creating
from control_plane.workspaces import queries as workspace_queries
from control_plane.workspaces.models import Workspace
from tests.cast import MIRA, PASSWORD, TEAM, Browser
from tests.serving import living
from trulybot.contract import SESSION_COOKIE
from trulybot.kit import outbox, passwords
from trulybot.kit.events import SERVER
from trulybot.kit.migrate import migrate
from trulybot.kit.ranks import PlatformRank, Rank
from trulybot.kit.sessions import Arrival

CHARLIE = "charlie@birch.example"
OLGA = "olga@operator.example"
CONSOLE = "https://app.localhost"
PATIENCE = 20  # seconds; only ever waited out by a test that fails


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(root=tmp_path / "root", control=tmp_path / "control", strangers_may_sign_up=True)


@pytest.fixture(scope="session")
def migrated_control(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with nothing in it; to copy it is much quicker than to migrate one for each test."""
    path = tmp_path_factory.mktemp("migrated") / "control.db"
    migrate(path, MIGRATIONS)
    return path


@pytest.fixture
async def platform(settings: Settings, migrated_control: Path) -> Platform:
    """The app starts and closes it."""
    settings.control.mkdir(mode=0o700)
    shutil.copy(migrated_control, settings.database)
    return Platform.open(settings)


@pytest.fixture
async def app(platform: Platform) -> AsyncIterator[Litestar]:
    await platform.start()
    async with living(create_app(platform)) as app:
        yield app
    await platform.close()


@pytest.fixture
async def acorn(app: Litestar, platform: Platform) -> Workspace:
    """Mira's. Asleep, so that a test of pages starts no process."""
    return await _workspace(platform, MIRA, "Acorn", "acorn")


@pytest.fixture
async def birch(app: Litestar, platform: Platform) -> Workspace:
    """Charlie's."""
    return await _workspace(platform, CHARLIE, "Birch", "birch")


@pytest.fixture
async def mira(app: Litestar, platform: Platform, acorn: Workspace) -> AsyncIterator[Browser]:
    async with _signed_in(app, platform, MIRA) as browser:
        yield browser


@pytest.fixture
async def asha(app: Litestar, platform: Platform, acorn: Workspace) -> AsyncIterator[Browser]:
    async with _member(app, platform, acorn, "admin") as browser:
        yield browser


@pytest.fixture
async def gopal(app: Litestar, platform: Platform, acorn: Workspace) -> AsyncIterator[Browser]:
    async with _member(app, platform, acorn, "agent") as browser:
        yield browser


@pytest.fixture
async def vera(app: Litestar, platform: Platform, acorn: Workspace) -> AsyncIterator[Browser]:
    async with _member(app, platform, acorn, "viewer") as browser:
        yield browser


@pytest.fixture
async def charlie(app: Litestar, platform: Platform, birch: Workspace) -> AsyncIterator[Browser]:
    async with _signed_in(app, platform, CHARLIE) as browser:
        yield browser


@pytest.fixture
async def olga(app: Litestar, platform: Platform) -> AsyncIterator[Browser]:
    async with _signed_in(app, platform, OLGA, "operator") as browser:
        yield browser


@pytest.fixture
async def stranger(app: Litestar) -> AsyncIterator[Browser]:
    async with browser_of(app, "203.0.113.9") as browser:
        yield browser


@pytest.fixture
def age(platform: Platform) -> Callable[[int], None]:
    """Lets seconds pass: everything that was stored becomes so much older."""
    return lambda seconds: platform.db.write_now(_make_older, seconds)


def browser_of(app: Litestar, address: str = "203.0.113.7") -> Browser:
    """Of the console, signed out."""
    return Browser(app, address, CONSOLE)


async def account_of(platform: Platform, email: str, role: PlatformRank = "customer") -> int:
    """The id of the account with this address and PASSWORD, made if there is none."""
    password_hash = await passwords.hash_of(PASSWORD)
    return await platform.db.write(_account, email, password_hash, role)


async def mails_to(platform: Platform, email: str, number: int = 1) -> list[outbox.Mail]:
    """Once there are so many, the latest first."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await platform.db.read(outbox.mails, 50)
            mails = [mail for mail in found if mail.recipient.casefold() == email.casefold()]
            if len(mails) >= number:
                return mails
            await asyncio.sleep(0.02)


async def link_mailed_to(platform: Platform, email: str, number: int = 1) -> str:
    """The path of the link in the latest of so many mails to this address."""
    latest = (await mails_to(platform, email, number))[0]
    found = re.search(r"https?://[^/\s]+(/welcome/[\w-]+)", latest.text)
    assert found, latest.text
    return found[1]


async def _workspace(platform: Platform, owner: str, name: str, slug: str) -> Workspace:
    return await platform.db.write(_create_asleep, await account_of(platform, owner), name, slug)


@asynccontextmanager
async def _member(app: Litestar, platform: Platform, workspace: Workspace, role: Rank) -> AsyncIterator[Browser]:
    account_id = await account_of(platform, TEAM[role])
    await platform.db.write(member_queries.add, workspace.id, account_id, role)
    async with _signed_in(app, platform, TEAM[role]) as browser:
        yield browser


@asynccontextmanager
async def _signed_in(
    app: Litestar, platform: Platform, email: str, role: PlatformRank = "customer"
) -> AsyncIterator[Browser]:
    account_id = await account_of(platform, email, role)
    token = await platform.db.write(sessions.begin, account_id, Arrival())
    async with browser_of(app) as browser:
        browser.cookies.set(SESSION_COOKIE, token, "app.localhost", "/")
        yield browser


def _account(connection: Connection, email: str, password_hash: str, role: PlatformRank) -> int:
    queries.add_account(connection, email, password_hash, role)
    account = queries.account_with(connection, email)
    assert account is not None
    return account.id


def _create_asleep(connection: Connection, account_id: int, name: str, slug: str) -> Workspace:
    created = creating.create(connection, account_id, name, slug, SERVER)
    workspace_queries.sleep(connection, created.id, None)
    asleep = workspace_queries.workspace(connection, created.id)
    assert asleep is not None
    return asleep


def _make_older(connection: Connection, seconds: int) -> None:
    for columns in (
        "sessions SET created_at = created_at - :s, seen_at = seen_at - :s",
        "one_time_links SET expires_at = expires_at - :s",
        "guesses SET last_at = last_at - :s",
    ):
        connection.execute(text(f"UPDATE {columns}"), {"s": seconds})
