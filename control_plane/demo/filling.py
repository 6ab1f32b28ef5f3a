"""What the demo shows: two people, two workspaces of one of them, and the documents in those."""

import asyncio
import sys
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from control_plane.accounts import queries as accounts
from control_plane.platform import Platform
from control_plane.runtimes.spec import spec_of
from control_plane.workspaces import creating, queries
from control_plane.workspaces.models import Workspace
from trulybot.contract import PREFIX
from trulybot.kit import passwords
from trulybot.kit.errors import CannotStart
from trulybot.kit.events import SERVER
from trulybot.kit.ranks import PlatformRank

DOCUMENTS = Path(__file__).parent / "documents"
OWNER, OPERATOR = "owner@example.com", "operator@example.com"
FILLED = "filled"  # a file below the demo's own folder, by the slug of the workspace that is


class Shown(NamedTuple):
    slug: str
    name: str
    question: str


WORKSPACES = (
    Shown("acorn", "Acorn Lamps", "When does the refund arrive?"),
    Shown("birch", "Birch Cycles", "What does an electric bicycle cost?"),
)


async def fill(platform: Platform, folder: Path, password: str) -> None:
    """Both people get this password; what is there already stays."""
    password_hash = await passwords.hash_of(password)
    owner = await platform.db.write(_person, OWNER, password_hash, "customer")
    await platform.db.write(_person, OPERATOR, password_hash, "operator")
    for shown in WORKSPACES:
        workspace = await platform.db.write(_workspace, owner, shown)
        platform.converging.nudge()
        await platform.waking.wake(workspace.id)
        await _give_documents(platform, workspace, folder / f"{FILLED}-{shown.slug}")


def _person(connection: Connection, email: str, password_hash: str, role: PlatformRank) -> int:
    account = accounts.account_with(connection, email)
    if account is None:
        return accounts.add_account(connection, email, password_hash, role) or 0
    accounts.set_password(connection, account.id, password_hash)
    return account.id


def _workspace(connection: Connection, owner: int, shown: Shown) -> Workspace:
    found = queries.workspace_with(connection, shown.slug)
    return found or creating.create(connection, owner, shown.name, shown.slug, SERVER)


async def _give_documents(platform: Platform, workspace: Workspace, filled: Path) -> None:
    """By the workspace's own command, run as it runs itself: nobody else opens its folder. Once."""
    if filled.exists():
        return
    data = platform.folders.data(workspace.id)
    environment = {PREFIX + name: value for name, value in spec_of(workspace, platform.folders).environment.items()}
    command = [sys.executable, "-m", "trulybot", "ingest", str(DOCUMENTS / str(workspace.slug)), "--data", str(data)]
    ingesting = await asyncio.create_subprocess_exec(*command, env={"LANG": "C.UTF-8", **environment})
    if await ingesting.wait():
        raise CannotStart(f"The documents of {workspace.name} could not be read. Run the demo again.")
    filled.touch()
