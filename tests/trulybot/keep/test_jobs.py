"""What a platform has done to a workspace, as it asks for it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.acorn import PAGES
from tests.embeddings import Embeddings, embeddings
from tests.processes import command, serving
from tests.trulybot.keep.conftest import changed, titles
from tests.trulybot.test_ranks import everything
from trulybot.contract import Job
from trulybot.keep import backup
from trulybot.kit import server
from trulybot.settings import Settings


@pytest.fixture(scope="module")
def service() -> Iterator[Embeddings]:
    with embeddings() as service:
        yield service


@pytest.fixture(scope="module")
def words(service: Embeddings) -> dict[str, str]:
    return {"EMBEDDINGS_URL": service.url, "EMBEDDINGS_MODEL": "words"}


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory, words: dict[str, str]) -> Path:
    folder = tmp_path_factory.mktemp("ingested")
    for title, text in PAGES.items():
        (folder / f"{title}.md").write_text(text)
    documents = sorted(folder.glob("*.md"))
    assert command("ingest", *documents, data=folder / "data", **words).returncode == 0
    backup.copy(folder / "data" / "trulybot.db", folder / "ingested.db")
    return folder / "ingested.db"


@pytest.fixture
def acorn(ingested: Path, settings: Settings) -> Settings:
    """A workspace that knows two documents."""
    settings.data.mkdir()
    backup.copy(ingested, settings.database)
    return settings


def done(job: str, settings: Settings, **environment: str) -> dict[str, Any]:
    ran = command("job", job, data=settings.data, **environment)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("\n") == 1
    said: dict[str, Any] = json.loads(ran.stdout)
    return said


def refused(job: str, settings: Settings) -> str:
    ran = command("job", job, data=settings.data)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "Traceback" not in ran.stderr
    return ran.stderr


def test_a_workspace_answers_and_nothing_of_it_is_kept(acorn: Settings, words: dict[str, str]) -> None:
    before = everything(acorn.database)
    said = done("check", acorn, **words)
    assert (said["answers"], said["answer"]) == (True, "quoted")
    assert everything(acorn.database) == before


def test_a_workspace_that_knows_nothing_answers_that_it_does_not_know(kept: Settings) -> None:
    assert done("check", kept)["answer"] == "refused"


def test_one_that_finds_nothing_of_what_it_knows_does_not_answer(acorn: Settings) -> None:
    changed(acorn.database, "INSERT INTO passages_index (passages_index) VALUES ('delete-all')")
    assert "does not find" in refused("check", acorn)


def test_a_damaged_index_is_found(acorn: Settings) -> None:
    content = bytearray(acorn.database.read_bytes())
    for page in range(len(content) // 4096 - 20, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    acorn.database.write_bytes(content)
    assert "damaged" in refused("check", acorn)


def test_beside_a_serving_workspace_all_is_done_but_what_replaces_it(
    acorn: Settings, words: dict[str, str], tmp_path: Path
) -> None:
    with serving(acorn.data, **words):
        assert done("migrate", acorn, **words) == {"pending": 0}
        saved = done("backup", acorn, **words)
        assert saved == {"file": "backups/before-upgrade.db", "bytes": acorn.backup.stat().st_size}
        assert done("check", acorn, **words)["answers"]
        assert done("export", acorn, **words)["files"] == 1
        acorn.exported.parent.rename(acorn.imported.parent)
        for job in ("restore", "import"):
            assert "already serving" in refused(job, acorn)


def test_what_was_backed_up_is_restored(acorn: Settings) -> None:
    before = titles(acorn.database)
    done("backup", acorn)
    changed(acorn.database, "UPDATE sources SET title = 'Later'")
    assert done("restore", acorn) == {"restored": "backups/before-upgrade.db"}
    assert titles(acorn.database) == before


def test_what_was_exported_answers_elsewhere(acorn: Settings, words: dict[str, str], tmp_path: Path) -> None:
    done("export", acorn)
    elsewhere = Settings(data=tmp_path / "elsewhere")
    elsewhere.imported.parent.mkdir(parents=True)
    acorn.exported.rename(elsewhere.imported)
    assert done("import", elsewhere)["files"] == 1
    assert done("check", elsewhere, **words)["answer"] == "quoted"


@pytest.mark.parametrize("job", get_args(Job))
def test_where_nothing_is_each_job_says_so(tmp_path: Path, job: str) -> None:
    assert "There is no" in refused(job, Settings(data=tmp_path))


def test_two_jobs_are_not_done_at_once(kept: Settings) -> None:
    held = server.try_lock(kept.data, "job.lock")
    assert held
    assert "Another job" in refused("backup", kept)
    held.close()
    done("backup", kept)
