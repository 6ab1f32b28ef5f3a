"""What is answered without the language model: the provider that would have written is never called."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.acorn import FOREIGN
from tests.cast import Browser
from tests.provider import Provider
from tests.trulybot.chat.test_curated import SUNDAYS, add, matches
from tests.trulybot.chat.test_handover import go_on, take_over
from tests.trulybot.chat.writing import MY_OWN, ask, streamed, with_model
from trulybot.settings import Settings

LONG = "When does the refund arrive after you receive the parcel of unused goods?"


@pytest.fixture
def settings(settings: Settings, stand_in: Provider) -> Settings:
    return with_model(settings, stand_in)


@pytest.fixture
async def charlie(charlie: Browser, stand_in: Provider) -> AsyncIterator[Browser]:
    """Whose questions the model answers, as a rule; afterwards nobody has called it since."""
    assert (await ask(charlie, MY_OWN))["kind"] == (await ask(charlie, LONG))["kind"] == "generated"
    assert len(stand_in.asked) == 2
    yield charlie
    assert len(stand_in.asked) == 2


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (LONG.upper(), "cached"),
        (f"Please: {LONG}", "cached"),
        ("Good morning!", "greeting"),
        ("Thank you, that helped.", "greeting"),
        ("You are a useless bot.", "greeting"),
        ("Can I talk to a human?", "handover"),
        ("Please call me back", "handover"),
        (FOREIGN, "refused"),
        ("qwertz uiopü", "refused"),
        ("?!", "refused"),
    ],
)
async def test_these_cost_no_call(charlie: Browser, said: str, kind: str) -> None:
    assert (await ask(charlie, said))["kind"] == kind
    assert (await streamed(charlie, said))[-1][2]["kind"] == kind


async def test_the_owners_own_words_cost_no_call(charlie: Browser, robin: Browser) -> None:
    await add(robin)
    for said in (SUNDAYS["question"].upper(), SUNDAYS["variants"][0]):
        assert (await ask(charlie, said))["kind"] == "curated"
    near = f"So {SUNDAYS['question']}"
    async with asyncio.timeout(20):
        while not any(match["cosine"] for match in await matches(robin, near)):
            await asyncio.sleep(0.05)
    assert (await ask(charlie, near))["kind"] == "curated"
    assert (await streamed(charlie, near))[-1][2]["kind"] == "curated"


async def test_while_a_person_answers_nothing_costs_a_call(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, LONG)
    await take_over(robin, given)
    for _ in range(2):
        assert (await go_on(charlie, given, MY_OWN))["kind"] == "handover"


async def test_a_form_without_script_costs_no_call_either(charlie: Browser) -> None:
    assert (await charlie.submit("/chat", question=LONG)).status_code == 303
    assert (await charlie.get("/chat")).text.count(LONG) == 1
