"""What was acknowledged survives a kill, as a real process proves."""

import subprocess
import sys
from pathlib import Path

from trulybot.kit import sqlite

ROUNDS = 3
ACKNOWLEDGED = 40  # writes that must be answered before each kill

WRITER = """
import asyncio, sys
from pathlib import Path
from sqlalchemy import text
from trulybot.kit.database import Database

def add(connection, name):
    connection.execute(text("INSERT INTO counters VALUES (:name, 1)"), {"name": name})

async def one(db, name):
    await db.write(add, name)
    sys.stdout.write(name + chr(10))
    sys.stdout.flush()

async def write_for_ever(db, start):
    number = 0
    while True:
        await asyncio.gather(*(one(db, f"{start}.{number}.{k}") for k in range(4)))
        number += 1

asyncio.run(write_for_ever(Database(Path(sys.argv[1])), sys.argv[2]))
"""


def write_until_killed(file: Path, start: int) -> list[str]:
    """The names of the rows that were acknowledged."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(file), str(start)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    with process, process.stdout as lines:
        acknowledged = [lines.readline().strip() for _ in range(ACKNOWLEDGED)]
        process.kill()
        acknowledged += [line.strip() for line in lines if line.endswith("\n")]
    assert process.returncode == -9
    return acknowledged


def test_kill_9_in_a_loop_of_writes_loses_no_acknowledged_row(file: Path) -> None:
    acknowledged: set[str] = set()
    for start in range(ROUNDS):
        acknowledged |= set(write_until_killed(file, start))
        connection = sqlite.connect(file)
        kept = {name for (name,) in connection.execute("SELECT name FROM counters")}
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        connection.close()
        assert acknowledged <= kept
    assert len(acknowledged) >= ROUNDS * ACKNOWLEDGED
    assert "" not in acknowledged
