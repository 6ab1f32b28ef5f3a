"""Whatever fails while a visitor is answered, the log holds nothing that they wrote, nor who they are, nor a key."""

import logging

import pytest
from sqlalchemy import Connection, text

from tests.cast import Browser
from tests.embeddings import Embeddings
from tests.processes import serving
from tests.provider import KEY, Provider
from tests.trulybot.chat.writing import ask, environment, with_model
from trulybot.preferences import queries as preferences
from trulybot.preferences.models import Preferences
from trulybot.settings import Settings
from trulybot.workspace import written

PERSONAL = "I am Zebedee Quill, zebedee@quill.example, card 4111 1111 1111 1111. When does the refund arrive?"
NEVER = ("Zebedee", "quill", "4111", "203.0.113.7", KEY, "five working days")
PLAYS = ["echoes", "wrong key", "failing", "over quota", "page", "hang before", "cut", "nonsense", "fails midway"]


@pytest.fixture
def settings(settings: Settings, stand_in: Provider) -> Settings:
    """A workspace that answers everything, so that every question gets as far as the model."""
    configured = with_model(settings, stand_in)
    written(configured, preferences.save, Preferences(threshold=0.0, moderation="questions and answers"))
    return configured


@pytest.fixture(autouse=True)
def everything_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def quoted_in(log: str) -> list[str]:
    assert "POST" in log, "Nothing was heard, so nothing was proved."
    return [words for words in NEVER if words in log]


@pytest.mark.parametrize("play", PLAYS)
async def test_a_model_that_fails(
    charlie: Browser, stand_in: Provider, caplog: pytest.LogCaptureFixture, play: str
) -> None:
    stand_in.then, stand_in.moderates = play, "echoes"
    assert (await ask(charlie, PERSONAL))["kind"] in ("quoted", "generated")
    assert PERSONAL in str(stand_in.asked) and PERSONAL in str(stand_in.moderated)
    assert stand_in.url not in caplog.text  # some addresses hold a key
    assert quoted_in(caplog.text) == []


async def test_an_embedding_service_that_fails(
    charlie: Browser, embedding_service: Embeddings, caplog: pytest.LogCaptureFixture
) -> None:
    embedding_service.broken = True
    try:
        await ask(charlie, PERSONAL)
    finally:
        embedding_service.broken = False
    assert "Searching by words alone" in caplog.text
    assert quoted_in(caplog.text) == []


@pytest.mark.parametrize("table", ["model_use", "passages", "turns"])
async def test_a_database_that_fails(
    charlie: Browser, settings: Settings, caplog: pytest.LogCaptureFixture, table: str
) -> None:
    written(settings, _lose, table)
    assert (await charlie.post("/api/chat", json={"question": PERSONAL})).status_code >= 500
    assert "SQLITE_ERROR" in caplog.text
    assert quoted_in(caplog.text) == []


def test_a_server_that_is_told_to_log_all_it_can(settings: Settings, stand_in: Provider) -> None:
    stand_in.plays = ["echoes", "cut"]
    given = environment(settings) | {"LOG_LEVEL": "DEBUG"}
    with serving(settings.data, **given) as workspace:
        for _ in range(3):
            answer = workspace.http.post("/api/chat", json={"question": PERSONAL})
            assert answer.json()["kind"] in ("quoted", "generated")
        written(settings, _lose, "model_use")
        assert workspace.http.post("/api/chat", json={"question": PERSONAL}).status_code == 503
        workspace.stop()
        said = "".join(workspace.process.communicate())
    assert "was interrupted: sqlalchemy.exc.OperationalError" in said
    assert [words for words in NEVER if words in said] == []


def _lose(connection: Connection, table: str) -> None:
    connection.execute(text(f"ALTER TABLE {table} RENAME TO lost"))
