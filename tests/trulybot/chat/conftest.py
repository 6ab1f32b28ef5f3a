"""Acorn's workspace: its documents were read once, by real processes, and each test gets a copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acorn import PAGES
from tests.embeddings import Embeddings, embeddings
from tests.processes import command
from tests.provider import Provider, provider
from trulybot.settings import Settings


@pytest.fixture(scope="session")
def embedding_service() -> Iterator[Embeddings]:
    with embeddings() as service:
        yield service


@pytest.fixture(scope="session")
def acorn(tmp_path_factory: pytest.TempPathFactory, embedding_service: Embeddings) -> Path:
    folder = tmp_path_factory.mktemp("acorn")
    for title, text in PAGES.items():
        (folder / f"{title}.md").write_text(text)
    data = folder / "data"
    given = [folder / f"{title}.md" for title in PAGES]
    done = command("ingest", *given, data=data, EMBEDDINGS_URL=embedding_service.url, EMBEDDINGS_MODEL="words")
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture
def settings(tmp_path: Path, acorn: Path, embedding_service: Embeddings) -> Settings:
    shutil.copytree(acorn, tmp_path / "data")
    return Settings(data=tmp_path / "data", embeddings_url=embedding_service.url, embeddings_model="words")


@pytest.fixture
def stand_in() -> Iterator[Provider]:
    with provider() as service:
        yield service
