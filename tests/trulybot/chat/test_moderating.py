"""Where the owner wants it, the provider judges a question before a model is called, an answer before it is said."""

import asyncio

import msgspec
import pytest

from tests.acorn import FOREIGN, REFUNDED
from tests.cast import Browser
from tests.embeddings import Embeddings
from tests.provider import KEY, Provider
from tests.trulybot.chat.writing import MY_OWN, QUOTED, ask, choose, gaps, last_record, streamed, with_model
from trulybot.chat.answering import BROKE_OFF, DECLINE
from trulybot.settings import Settings

RUDE = "When does the refund arrive, you fool?"
BOTH = "questions and answers"
FAILURES = ["no such place", "wrong key", "failing", "too many", "page", "hang"]


@pytest.fixture
def settings(settings: Settings, stand_in: Provider, request: pytest.FixtureRequest) -> Settings:
    stand_in.flags = {"fool": ["harassment"], "bomb": ["violence", "illicit/violent"]}
    return msgspec.structs.replace(with_model(settings, stand_in), **getattr(request, "param", {}))


async def test_nobody_judges_until_the_owner_wants_it(charlie: Browser, robin: Browser, stand_in: Provider) -> None:
    given = await ask(charlie, RUDE)
    assert given["kind"] == "generated"
    assert "moderation" not in await last_record(robin, given)
    assert stand_in.moderated == []


async def test_a_question_that_is_allowed_is_answered(charlie: Browser, robin: Browser, stand_in: Provider) -> None:
    await choose(robin, moderation="questions")
    given = await ask(charlie)
    assert (given["kind"], given["answer"]) == ("generated", stand_in.answer)
    record = await last_record(robin, given)
    assert record["moderation"] == {"question": {"verdict": "allowed"}}
    assert record["milliseconds"]["moderation"] >= 0
    assert stand_in.moderated == [{"model": "omni-moderation-latest", "input": REFUNDED}]


async def test_a_flagged_question_is_declined_before_a_model_is_called_and_is_no_gap(
    charlie: Browser, robin: Browser, stand_in: Provider
) -> None:
    await choose(robin, moderation="questions", contact="Call 555 0100.")
    given = await ask(charlie, RUDE)
    assert (given["kind"], given["answer"]) == ("refused", f"{DECLINE}\n\nCall 555 0100.")
    assert given["citations"] == []
    record = await last_record(robin, given)
    assert record["decision"] == "flagged by moderation"
    assert record["moderation"] == {"question": {"verdict": "flagged", "categories": ["harassment"]}}
    assert stand_in.asked == []
    where = f"/api/chat/{given['conversation']}/turns/{given['turn']}/feedback"
    assert (await charlie.post(where, json={"vote": "down"})).status_code == 200
    await ask(charlie, "I want to talk to a person.", given["conversation"])
    assert await gaps(robin) == []
    await ask(charlie, FOREIGN)
    assert await gaps(robin) == [FOREIGN]


async def test_staff_see_what_was_flagged(charlie: Browser, mira: Browser, robin: Browser) -> None:
    await choose(robin, moderation="questions")
    given = await ask(charlie, RUDE)
    conversation = (await robin.get(f"/api/conversations/{given['conversation']}")).json()["id"]
    assert "Flagged: harassment" in (await mira.get(f"/inbox/{conversation}")).text


async def test_a_flagged_question_is_not_told_to_the_model_later(
    charlie: Browser, robin: Browser, stand_in: Provider
) -> None:
    await choose(robin, moderation="questions")
    first = await ask(charlie, "How long does delivery to Belgium take?")
    await ask(charlie, RUDE, first["conversation"])
    assert (await ask(charlie, MY_OWN, first["conversation"]))["kind"] == "generated"
    told = " ".join(message["content"] for message in stand_in.asked[-1]["messages"])
    assert "Belgium" in told
    assert "fool" not in told


async def test_what_no_model_answers_is_not_judged(charlie: Browser, robin: Browser, stand_in: Provider) -> None:
    await choose(robin, moderation=BOTH)
    await robin.post("/api/answers", json={"question": "Are you open on Sundays?", "answer": "We are not."})
    kinds = [(await ask(charlie, question))["kind"] for question in ("Hello!", "Are you open on Sundays?")]
    assert kinds == ["greeting", "curated"]
    assert stand_in.moderated == []


async def test_an_answer_given_again_was_judged_before(charlie: Browser, robin: Browser, stand_in: Provider) -> None:
    await choose(robin, moderation=BOTH)
    assert [(await ask(charlie))["kind"] for _ in range(2)] == ["generated", "cached"]
    assert [judged["input"] for judged in stand_in.moderated] == [REFUNDED, stand_in.answer]


async def test_a_question_is_judged_while_the_search_runs(
    charlie: Browser, robin: Browser, stand_in: Provider, embedding_service: Embeddings
) -> None:
    await choose(robin, moderation="questions")
    embedding_service.open.clear()
    asking = asyncio.create_task(ask(charlie, MY_OWN))
    try:
        async with asyncio.timeout(10):
            while not stand_in.moderated:
                await asyncio.sleep(0.01)
        assert not asking.done()
    finally:
        embedding_service.open.set()
    assert (await asking)["kind"] == "generated"


async def test_an_answer_is_held_back_until_it_was_judged(charlie: Browser, robin: Browser, stand_in: Provider) -> None:
    stand_in.pause = 0.02
    assert len([event for event, _, _ in await streamed(charlie, MY_OWN) if event == "token"]) > 1
    await choose(robin, moderation=BOTH)
    events = await streamed(charlie, MY_OWN)
    assert [event for event, _, _ in events] == ["turn", "token", "citations", "done"]
    assert events[1][2]["text"] == stand_in.answer
    record = await last_record(robin, events[0][2])
    assert record["moderation"] == {"question": {"verdict": "allowed"}, "answer": {"verdict": "allowed"}}
    assert record["milliseconds"]["moderation of the answer"] > 0


async def test_in_place_of_a_flagged_answer_the_documents_are_quoted(
    charlie: Browser, robin: Browser, stand_in: Provider
) -> None:
    await choose(robin, moderation=BOTH)
    stand_in.answer = "The refund arrives by bomb within five working days [1]."
    events = await streamed(charlie)
    said = "".join(data["text"] for event, _, data in events if event == "token")
    assert said.startswith(QUOTED)
    assert "bomb" not in said
    assert events[-1][2] == {"kind": "quoted", "lead": None}
    record = await last_record(robin, events[0][2])
    assert record["decision"] == "quoted, because what the model wrote was flagged"
    assert record["moderation"]["answer"] == {"verdict": "flagged", "categories": ["illicit/violent", "violence"]}
    assert record["model"]["completion_tokens"] > 0
    assert "bomb" not in str(record)
    stand_in.answer = "It arrives within five working days [1]."
    assert (await ask(charlie))["kind"] == "generated"  # the other was kept for nobody


async def test_of_an_answer_that_broke_off_and_was_flagged_nothing_is_said(
    charlie: Browser, robin: Browser, stand_in: Provider
) -> None:
    await choose(robin, moderation=BOTH)
    stand_in.answer, stand_in.then = "A bomb refund arrives within five working days [1].", "cut"
    given = await ask(charlie)
    assert given["kind"] == "quoted"
    assert BROKE_OFF not in given["answer"] and "bomb" not in given["answer"]


async def test_a_flagged_refusal_is_said_in_the_owners_words(
    charlie: Browser, robin: Browser, stand_in: Provider
) -> None:
    await choose(robin, moderation=BOTH, refusal="Nobody wrote that down.")
    stand_in.answer = "The passages do not mention that, you fool."
    assert (await ask(charlie))["answer"] == "Nobody wrote that down."


@pytest.mark.parametrize("failure", FAILURES)
async def test_where_the_provider_does_not_judge_visitors_are_answered_and_it_is_recorded(
    charlie: Browser, robin: Browser, stand_in: Provider, failure: str
) -> None:
    await choose(robin, moderation="questions")
    stand_in.moderates = failure
    given = await ask(charlie, RUDE)
    assert given["kind"] == "generated"
    question = (await last_record(robin, given))["moderation"]["question"]
    assert question["verdict"] == "unavailable" and question["fault"]
    stand_in.moderates = "well"
    assert (await ask(charlie, RUDE))["answer"] == DECLINE  # what nobody judged is kept for nobody


async def test_an_answer_nobody_judges_is_said(charlie: Browser, robin: Browser, stand_in: Provider) -> None:
    await choose(robin, moderation=BOTH)
    stand_in.moderates = "failing"
    given = await ask(charlie)
    assert (given["kind"], given["answer"]) == ("generated", stand_in.answer)
    record = (await last_record(robin, given))["moderation"]
    assert record["answer"] == {"verdict": "unavailable", "fault": "broken"}


async def test_staff_see_whether_moderation_works(mira: Browser, robin: Browser, stand_in: Provider) -> None:
    assert (await robin.post("/api/settings/model-check")).json()["moderation"] is None
    await choose(robin, moderation="questions")
    found = (await robin.post("/api/settings/model-check")).json()
    assert found["works"] and found["moderation"]["works"]
    stand_in.moderates = "no such place"
    found = (await robin.post("/api/settings/model-check")).json()
    assert found["works"] and not found["moderation"]["works"]
    assert "TRULYBOT_MODERATION_MODEL" in found["moderation"]["sentence"]
    assert KEY not in str(found)
    csrf = await mira.csrf()
    assert "visitors are answered unchecked" in (await mira.submit("/settings/model/check", csrf=csrf)).text
    await choose(robin, moderation="off")
    assert "visitors are answered unchecked" not in (await mira.submit("/settings/model/check", csrf=csrf)).text


@pytest.mark.parametrize("settings", [{"model_url": "", "model_key": ""}], indirect=True)
async def test_without_a_model_nothing_is_judged(charlie: Browser, robin: Browser, stand_in: Provider) -> None:
    await choose(robin, moderation=BOTH)
    assert (await ask(charlie, RUDE))["kind"] == "quoted"
    assert stand_in.moderated == []
