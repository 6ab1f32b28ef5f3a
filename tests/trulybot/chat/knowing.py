"""The knowledge changes, and what follows from it is done without the minute of waiting."""

import asyncio
from typing import Any

from sqlalchemy import Connection, text

from tests.cast import Browser
from trulybot.app import WorkspaceApplication
from trulybot.chat.retrying import RETRYING
from trulybot.settings import Settings
from trulybot.workspace import written

SUNDAYS = "Are you open on Sundays?"
HOURS = "We are open on Sundays from ten to two."
PARKING = "Cars can be parked behind the building. The gate is three metres wide."


async def teach(robin: Browser, title: str, text: str) -> str:
    added = await robin.post("/api/text-upload", json={"title": title, "text": text})
    assert added.status_code == 202, added.text
    document: str = added.json()["id"]
    async with asyncio.timeout(20):
        while (await robin.get(f"/api/documents/{document}")).json()["status"] != "ready":
            await asyncio.sleep(0.05)
    return document


async def let_gaps_be_tried(app: WorkspaceApplication, settings: Settings) -> None:
    """Until nothing is left to do, and no gap to try."""
    async with asyncio.timeout(30):
        while written(settings, _left_to_do):
            nudge(app)
            await asyncio.sleep(0.05)


def nudge(app: WorkspaceApplication) -> None:
    """Its workers look for work at once, and not in two seconds."""
    app.workspace.workers.nudge()


async def gap_lists(robin: Browser) -> tuple[list[str], dict[str, str]]:
    """The open questions, and those answered since with their answers."""
    found: dict[str, Any] = (await robin.get("/api/gaps")).json()
    questions = [question for gap in found["gaps"] for question in gap["examples"]]
    return questions, {gap["question"]: gap["answer"] for gap in found["answered"]}


def waiting(connection: Connection) -> list[int]:
    """In how many seconds gaps will be tried."""
    rows = connection.execute(
        text("SELECT run_at - unixepoch() AS seconds FROM jobs WHERE kind = :kind AND state = 'queued'"),
        {"kind": RETRYING},
    )
    return [row.seconds for row in rows]


def hurry(connection: Connection) -> None:
    connection.execute(text("UPDATE jobs SET run_at = 0 WHERE kind = :kind AND state = 'queued'"), {"kind": RETRYING})


def _left_to_do(connection: Connection) -> int:
    hurry(connection)
    left: int = connection.execute(text("SELECT count(*) FROM jobs WHERE run_at <= unixepoch()")).scalar_one()
    return left
