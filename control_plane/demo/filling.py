"""What the demo shows: two people, two workspaces of one of them, and the documents in those."""

import asyncio
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from control_plane.accounts import queries as accounts
from control_plane.platform import Platform
from control_plane.runtimes.process import COMMAND, environment_of
from control_plane.runtimes.spec import spec_of
from control_plane.settings import Settings
from control_plane.workspaces import creating, queries
from control_plane.workspaces.models import Workspace
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
    questions: tuple[str, ...]


WORKSPACES = (
    Shown(
        "acorn",
        "Acorn Lamps",
        ("When does the refund arrive?", "How long does delivery to India take?", "Which bulbs fit?"),
    ),
    Shown(
        "birch",
        "Birch Cycles",
        ("What does an electric bicycle cost?", "What happens when it rains?", "When is the shop open?"),
    ),
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
        await _fill_once(platform, workspace, shown, folder / f"{FILLED}-{shown.slug}")


def _person(connection: Connection, email: str, password_hash: str, role: PlatformRank) -> int:
    account = accounts.account_with(connection, email)
    if account is None:
        return accounts.add_account(connection, email, password_hash, role) or 0
    accounts.set_password(connection, account.id, password_hash)
    return account.id


def _workspace(connection: Connection, owner: int, shown: Shown) -> Workspace:
    found = queries.workspace_with(connection, shown.slug)
    return found or creating.create(connection, owner, shown.name, shown.slug, SERVER)


async def _fill_once(platform: Platform, workspace: Workspace, shown: Shown, filled: Path) -> None:
    if filled.exists():
        return
    await _own_command(platform, workspace, "ingest", str(DOCUMENTS / shown.slug))
    key = await _own_command(platform, workspace, "api-key", "create", "demo")
    await _call_it(platform.settings, shown, key)
    filled.touch()


async def _own_command(platform: Platform, workspace: Workspace, *words: str) -> str:
    """What a command of the workspace's own prints, run as it runs itself: nobody else opens its folder."""
    command = [*COMMAND, *words, "--data", str(platform.folders.data(workspace.id))]
    running = await asyncio.create_subprocess_exec(
        *command, env=environment_of(spec_of(workspace), platform.folders), stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await running.communicate()
    if running.returncode:
        raise CannotStart(f"{workspace.name} could not be filled. Run the demo again.")
    return printed.decode().strip()


async def _call_it(settings: Settings, shown: Shown, key: str) -> None:
    """What its visitors see, chosen through the edge as a program of its owner's does."""
    import httpx

    host = settings.host_of(shown.slug)
    known = {"Host": f"{host}:{settings.port}", "Authorization": f"Bearer {key}"}
    chosen = {"bot_name": shown.name, "suggestions": shown.questions}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", headers=known, timeout=60) as owner:
        (await owner.patch("/api/settings", json=chosen)).raise_for_status()
