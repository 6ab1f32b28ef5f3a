"""Where a model writes, trying a question shows what it cost, and only that is counted."""

import pytest

from tests.cast import Browser
from tests.provider import MODEL, Provider
from tests.trulybot.chat.test_trying import attempt
from tests.trulybot.chat.writing import MY_OWN, with_model
from tests.trulybot.test_ranks import everything
from trulybot.settings import Settings


@pytest.fixture
def settings(settings: Settings, stand_in: Provider) -> Settings:
    return with_model(settings, stand_in)


async def test_what_it_cost_is_shown_and_counted(mira: Browser, settings: Settings) -> None:
    before = everything(settings.database)
    page = await attempt(mira, MY_OWN)
    assert "Written by the model" in page and "Write with the model</th>" in page
    assert f"{MODEL} · 400 tokens read, 20 written · $0.000072" in page
    after = everything(settings.database)
    assert {name for name in before if before[name] != after[name]} - {"jobs"} == {"model_use"}


async def test_a_model_that_fails_is_said_to_have_failed(mira: Browser, stand_in: Provider) -> None:
    stand_in.then = "failing"
    assert "The model gave nothing, so the documents are quoted." in await attempt(mira, MY_OWN)
