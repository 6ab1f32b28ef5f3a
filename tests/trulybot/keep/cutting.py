"""A job that is killed before its n-th change of the disk, for every n.

Run as `python -m tests.trulybot.keep.cutting JOB TEMPLATE FOLDER`, with a workspace to copy and a place for the copy.
After each cut the workspace must be whole, as it was or as it is to be; then the job is done once more. Prints how many
cuts there were.
"""

import hashlib
import os
import shutil
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, get_args

from trulybot.commands.doing import do
from trulybot.contract import Job
from trulybot.kit import sqlite
from trulybot.settings import Settings

CHANGES = {"os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "sqlite3.connect"}


def fuse(steps: int) -> Callable[[str, tuple[Any, ...]], None]:
    left = [steps]

    def step(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[1], str) and arguments[1][:1] in ("w", "x", "a")
        if event in CHANGES or writes:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return step


def said(database: Path) -> str:
    """Whose workspace it is; fails where it is not sound."""
    connection = sqlite.connect(database)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    found = str(connection.execute("SELECT title FROM sources").fetchone()[0])
    for (name,) in connection.execute("SELECT file FROM sources WHERE file IS NOT NULL"):
        content = (database.parent / "uploads" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == connection.execute("SELECT url FROM sources").fetchone()[0]
    connection.close()
    return found


def cut(job: Job, template: Path, folder: Path, steps: int) -> bool:
    """Whether it was; False when it came to its end before that."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
    child = os.fork()
    if child == 0:
        sys.addaudithook(fuse(steps))
        do(Settings(data=folder), job)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def sweep(job: Job, template: Path, folder: Path) -> int:
    for steps in count(1):
        if not cut(job, template, folder, steps):
            assert said(folder / "trulybot.db") == "new"
            return steps - 1
        assert said(folder / "trulybot.db") in ("old", "new"), steps
        if job == "restore" or (folder / "imports" / "workspace.zip").exists():
            do(Settings(data=folder), job)
        assert said(folder / "trulybot.db") == "new", steps
        left = {path.name for path in folder.iterdir()} - {path.name for path in template.iterdir()}
        assert left <= {"serving.lock", "job.lock", "uploads"}, left
    raise AssertionError


if __name__ == "__main__":
    asked = next(job for job in get_args(Job) if job == sys.argv[1])
    print(sweep(asked, Path(sys.argv[2]), Path(sys.argv[3])))
