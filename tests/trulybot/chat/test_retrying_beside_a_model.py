"""Where a model writes, gaps are tried again without it: a quote is no other answer because it reads differently."""

from typing import Any

import pytest

from tests.acorn import REFUNDED
from tests.cast import Browser
from tests.provider import Provider
from tests.trulybot.chat.knowing import HOURS, PARKING, SUNDAYS, gap_lists, let_gaps_be_tried, teach
from tests.trulybot.chat.test_curated import add
from tests.trulybot.chat.test_feedback import vote
from tests.trulybot.chat.test_retrying import wants_a_person
from tests.trulybot.chat.writing import ask, with_model
from trulybot.app import WorkspaceApplication
from trulybot.llm.prompts import NO_ANSWER
from trulybot.settings import Settings

BETTER = "The refund arrives on the fifth working day, on the account that you paid from."


@pytest.fixture
def settings(settings: Settings, stand_in: Provider) -> Settings:
    return with_model(settings, stand_in)


async def a_gap(charlie: Browser, stand_in: Provider, how: str) -> None:
    if how == "refused by the model":
        stand_in.answer = NO_ANSWER
    given: dict[str, Any] = await ask(charlie)
    match how:
        case "disliked":
            await vote(charlie, given, "down")
        case "disliked when given again":
            again = await ask(charlie)
            assert again["kind"] == "cached"
            await vote(charlie, again, "down")
        case "handed over":
            await wants_a_person(charlie, given)


@pytest.mark.parametrize("how", ["disliked", "disliked when given again", "handed over", "refused by the model"])
async def test_it_takes_new_passages_to_close_what_the_model_read_the_others_for(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings, stand_in: Provider, how: str
) -> None:
    await a_gap(charlie, stand_in, how)
    calls = len(stand_in.asked)
    assert calls == 1
    await teach(robin, "Parking", PARKING)
    await let_gaps_be_tried(app, settings)
    assert await gap_lists(robin) == ([REFUNDED], {})
    await teach(robin, "When the refund arrives", BETTER)
    await let_gaps_be_tried(app, settings)
    questions, answered = await gap_lists(robin)
    assert questions == []
    assert BETTER in answered[REFUNDED]
    assert len(stand_in.asked) == calls


async def test_what_search_refused_is_closed_by_search(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings, stand_in: Provider
) -> None:
    assert (await ask(charlie, SUNDAYS))["kind"] == "refused"
    await teach(robin, "Opening hours", HOURS)
    await let_gaps_be_tried(app, settings)
    assert await gap_lists(robin) == ([], {SUNDAYS: f"{HOURS} [1]"})
    assert stand_in.asked == []


async def test_the_owners_own_words_close_what_the_model_said(
    app: WorkspaceApplication, charlie: Browser, robin: Browser, settings: Settings, stand_in: Provider
) -> None:
    await vote(charlie, await ask(charlie), "down")
    await add(robin, question=REFUNDED, answer=BETTER)
    await let_gaps_be_tried(app, settings)
    assert await gap_lists(robin) == ([], {REFUNDED: BETTER})
    assert len(stand_in.asked) == 1
