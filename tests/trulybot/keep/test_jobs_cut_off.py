"""A job is killed before each change that it makes to the disk: nothing is ever lost, and it can be done again."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from trulybot.commands.doing import do
from trulybot.contract import Job
from trulybot.kit import sqlite
from trulybot.settings import Settings


def make(settings: Settings, title: str, *, keeps_its_log: bool = False) -> None:
    """A workspace with one upload, whose hash is noted in its row."""
    content = f"What {title} documents say.".encode()
    settings.uploads.mkdir(exist_ok=True)
    (settings.uploads / f"s_{title}.md").write_bytes(content)
    connection = sqlite.connect(settings.database)
    connection.execute("DELETE FROM sources")
    connection.execute(
        "INSERT INTO sources (id, kind, title, file, url, created_at) VALUES (?, 'file', ?, ?, ?, 1)",
        (f"s_{title}", title, f"s_{title}.md", hashlib.sha256(content).hexdigest()),
    )
    if keeps_its_log:  # as a kill leaves it: the last rows are in the write-ahead log alone
        log = settings.database.with_name("trulybot.db-wal")
        copies = {path: path.read_bytes() for path in (settings.database, log)}
        connection.close()
        for path, held in copies.items():
            path.write_bytes(held)
        assert log.stat().st_size
    else:
        connection.close()


@pytest.mark.parametrize("job", ["restore", "import"])
def test_a_job_that_is_cut_off_anywhere_loses_nothing(job: Job, migrated: Path, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "template")
    settings.data.mkdir()
    shutil.copy(migrated, settings.database)
    make(settings, "new")
    do(settings, "backup" if job == "restore" else "export")
    if job == "import":
        settings.exported.parent.rename(settings.imported.parent)
        shutil.rmtree(settings.uploads)
    make(settings, "old", keeps_its_log=True)
    ran = subprocess.run(
        [sys.executable, "-m", "tests.trulybot.keep.cutting", job, settings.data, tmp_path / "tried"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert int(ran.stdout) > 10
