"""A gateway in a process of its own, with as many workspaces as are asked for: `FOLDER NUMBER`."""

import asyncio
import sys
from pathlib import Path

from control_plane.gateway.app import create_gateway
from control_plane.gateway.gateway import Gateway
from control_plane.gateway.mailing import Mailing
from control_plane.platform import MIGRATIONS
from control_plane.settings import Settings
from control_plane.workspaces import queries
from trulybot.kit import server
from trulybot.kit.database import Database
from trulybot.kit.letters import Letters
from trulybot.kit.migrate import migrate
from trulybot.kit.security import hashed


def token(number: int) -> str:
    return f"token of workspace {number}"


async def run(folder: Path, number: int) -> None:
    migrate(folder / "control.db", MIGRATIONS)
    db = Database(folder / "control.db")
    for each in range(number):
        await db.write(queries.add, f"w_{each}", "Acorn", f"acorn-{each}", f"acorn-{each}", "free")
        await db.write(queries.add_token, f"w_{each}", hashed(token(each)))
    settings = Settings(root=folder, control=folder)
    letters = Letters(lambda: "TrulyBot", lambda: settings.console)
    gateway = Gateway(settings, db, _stay, Mailing(settings, letters, bytes(32), lambda: None))
    await server.serve_together([(create_gateway(gateway), server.listen_on_socket(folder / "g"))], asyncio.Event())
    await gateway.close()
    db.close()


async def _stay(workspace: str, up_again_at: int | None) -> None:
    """Nobody is idle here."""


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2])))
