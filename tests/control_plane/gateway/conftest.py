"""A gateway on a real socket, and two workspaces at its door."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from control_plane.gateway.app import HOST, create_gateway
from control_plane.gateway.gateway import Gateway
from control_plane.gateway.mailing import Mailing
from control_plane.platform import MIGRATIONS
from control_plane.settings import Settings
from control_plane.workspaces import queries
from tests.serving import served
from tests.web_clients import OPEN
from tests.web_site import Site, web_site
from trulybot.kit.database import Database
from trulybot.kit.gateway import Gateway as WayOut
from trulybot.kit.letters import Letters
from trulybot.kit.migrate import migrate
from trulybot.kit.security import hashed

ACORN, BIRCH = "w_acorn", "w_birch"
KEY = bytes(32)


@dataclass
class Asleep:
    """What the gateway bade stop."""

    told: list[tuple[str, int | None]] = field(default_factory=list)

    async def __call__(self, workspace: str, up_again_at: int | None) -> None:
        self.told.append((workspace, up_again_at))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(root=tmp_path / "r", control=tmp_path / "c")


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    settings.control.mkdir()
    migrate(settings.database, MIGRATIONS)
    db = Database(settings.database)
    for workspace_id, slug in ((ACORN, "acorn"), (BIRCH, "birch")):
        assert db.write_now(queries.add, workspace_id, slug.title(), slug, slug, "free")
        db.write_now(queries.add_token, workspace_id, hashed(f"token of {workspace_id}"))
    yield db
    db.close()


@pytest.fixture
def asleep() -> Asleep:
    return Asleep()


@pytest.fixture
async def gateway(settings: Settings, db: Database, asleep: Asleep) -> AsyncIterator[Gateway]:
    letters = Letters(lambda: "TrulyBot", lambda: settings.console)
    gateway = Gateway(settings, db, asleep, Mailing(settings, letters, KEY, lambda: None), reach=OPEN)
    yield gateway
    await gateway.close()


@pytest.fixture
def socket(tmp_path: Path) -> Path:
    return tmp_path / "g"


@pytest.fixture
async def door(gateway: Gateway, socket: Path) -> AsyncIterator[None]:
    """The gateway is served."""
    async with served(create_gateway(gateway), socket):
        yield


@asynccontextmanager
async def caller(socket: Path, workspace: str) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.AsyncHTTPTransport(uds=str(socket))
    proof = {"authorization": f"Bearer token of {workspace}"}
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", headers=proof, timeout=60) as client:
        yield client


@pytest.fixture
async def acorn(door: None, socket: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(socket, ACORN) as client:
        yield client


@pytest.fixture
async def birch(door: None, socket: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(socket, BIRCH) as client:
        yield client


@pytest.fixture
async def acorns_way_out(door: None, socket: Path, tmp_path: Path) -> AsyncIterator[WayOut]:
    """As a workspace itself goes through the door."""
    (tmp_path / "token").write_text(f"token of {ACORN}")
    way_out = WayOut(socket, tmp_path / "token")
    yield way_out
    await way_out.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with web_site() as site:
        yield site
