"""Staff try questions: they see what a visitor would be told and why, and nothing of it is kept."""

import pytest

from tests.acorn import FOREIGN, REFUNDED
from tests.cast import Browser
from tests.trulybot.chat.test_answer_pages import PARCEL, PICK_UP, write
from tests.trulybot.chat.test_curated import ask
from tests.trulybot.idle import idle
from tests.trulybot.test_ranks import everything
from trulybot.settings import Settings


async def attempt(browser: Browser, question: str, **more: str) -> str:
    answer = await browser.submit("/knowledge/try", csrf=await browser.csrf(), q=question, **more)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_the_answer_stands_beside_what_was_found_and_why(mira: Browser) -> None:
    page = await attempt(mira, REFUNDED)
    assert "The refund arrives within five working days" in page
    assert "Quoted from your documents." in page
    assert "% sure, 50 % needed" in page and "In the answer" in page
    assert "Search the passages" in page and "No language model was called" in page


async def test_a_question_that_is_refused_says_how_sure_it_was(mira: Browser) -> None:
    page = await attempt(mira, FOREIGN)
    assert "No passage comes near enough" in page and "Not answered" in page


async def test_what_is_no_question_is_not_searched_for(mira: Browser) -> None:
    assert "so they were not searched" in await attempt(mira, "Hello")


async def test_an_own_answer_and_one_that_is_given_again_are_told_apart(
    mira: Browser, charlie: Browser, settings: Settings
) -> None:
    await write(mira)
    await idle(settings)
    own = await attempt(mira, PARCEL)
    assert PICK_UP in own and "One of your own answers" in own and "the same words" in own
    await ask(charlie, REFUNDED)
    assert "Said before, from the same documents." in await attempt(mira, REFUNDED)
    assert "Quoted from your documents." in await attempt(mira, REFUNDED, anew="on")


async def test_nothing_is_kept(mira: Browser, charlie: Browser, settings: Settings) -> None:
    await write(mira)
    await idle(settings)
    await ask(charlie, REFUNDED)
    before = everything(settings.database)
    for question in (REFUNDED, FOREIGN, PARCEL, "I want to talk to a person", "Thanks"):
        await attempt(mira, question)
    after = everything(settings.database)
    assert {name for name in before if before[name] != after[name]} <= {"jobs"}
    await ask(charlie, FOREIGN)
    assert everything(settings.database)["gaps"] != before["gaps"]


async def test_a_question_in_an_address_is_filled_in_and_not_asked(mira: Browser) -> None:
    page = (await mira.get("/knowledge/try", params={"q": REFUNDED})).text
    assert f'value="{REFUNDED}"' in page and "The answer" not in page


@pytest.mark.parametrize("question", [" ", "x" * 2001])
async def test_what_cannot_be_asked_says_so(mira: Browser, question: str) -> None:
    refused = await mira.submit("/knowledge/try", csrf=await mira.csrf(), q=question)
    assert (refused.status_code, "at most 2,000 characters" in refused.text) == (422, True)


async def test_outsiders_try_nothing_and_a_viewer_does(charlie: Browser, vera: Browser) -> None:
    assert (await charlie.get("/knowledge/try")).headers["location"].startswith("/sign-in")
    assert (await charlie.submit("/knowledge/try", q=REFUNDED)).status_code == 401
    assert "five working days" in await attempt(vera, REFUNDED)
