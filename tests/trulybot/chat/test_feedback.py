import asyncio
from typing import Any

import httpx
import pytest

from tests.acorn import FOREIGN, REFUNDED
from tests.cast import Browser
from tests.trulybot.chat.test_curated import SUNDAYS, add, ask


async def vote(browser: Browser, turn: dict[str, Any], vote: str, reason: str | None = None) -> httpx.Response:
    path = f"/api/chat/{turn['conversation']}/turns/{turn['turn']}/feedback"
    return await browser.post(path, json={"vote": vote, "reason": reason})


async def gaps(robin: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await robin.get("/api/gaps")).json()["gaps"]
    return found


async def test_what_did_not_help_is_a_gap_once_and_not_given_again(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    for _ in range(2):
        assert (await vote(charlie, given, "down", "Too vague")).status_code == 200
    (gap,) = await gaps(robin)
    assert (gap["question"], gap["asked"], gap["disliked"], gap["refused"]) == (REFUNDED, 1, 1, 0)
    (turn,) = (await robin.get(f"/api/conversations/{given['conversation']}")).json()["turns"]
    assert (turn["vote"], turn["vote_reason"]) == ("down", "Too vague")
    assert (await ask(charlie, REFUNDED))["kind"] == "quoted"


async def test_one_may_change_ones_mind(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    await vote(charlie, given, "down")
    assert len(await gaps(robin)) == 1
    await vote(charlie, given, "up")
    assert await gaps(robin) == []


async def test_outsider_cannot_vote_on_a_turn(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    other = await ask(charlie, REFUNDED)
    assert (await vote(charlie, {**given, "conversation": other["conversation"]}, "down")).status_code == 404
    forged = given["conversation"].partition(".")[0] + ".0"
    assert (await vote(charlie, {**given, "conversation": forged}, "down")).status_code == 404
    assert await gaps(robin) == []
    assert (await vote(charlie, given, "down")).status_code == 200


@pytest.mark.parametrize("body", [{}, {"vote": "sideways"}, {"vote": "up", "stars": 5}])
async def test_a_vote_is_up_or_down(charlie: Browser, body: dict[str, object]) -> None:
    given = await ask(charlie, REFUNDED)
    path = f"/api/chat/{given['conversation']}/turns/{given['turn']}/feedback"
    assert (await charlie.post(path, json=body)).status_code == 400


async def test_who_asks_for_a_person_after_an_answer_was_not_helped(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    await charlie.post("/api/chat", json={"question": "Talk to a human", "conversation": given["conversation"]})
    (gap,) = await gaps(robin)
    assert (gap["question"], gap["handed_over"]) == (REFUNDED, 1)


async def test_gaps_that_mean_the_same_are_one(charlie: Browser, robin: Browser) -> None:
    questions = (FOREIGN, "So who composed the opera Tosca?", "Which volcano is highest?")
    for question in questions:
        assert (await ask(charlie, question))["kind"] == "refused"
    async with asyncio.timeout(20):
        while len(found := await gaps(robin)) != 2:
            await asyncio.sleep(0.05)
    assert found[0]["asked"] == 2
    assert set(found[0]["examples"]) == set(questions[:2])
    assert found[1]["examples"] == [questions[2]]
    assert (await robin.delete(f"/api/gaps/{found[0]['id']}")).status_code == 204
    assert [gap["question"] for gap in await gaps(robin)] == [questions[2]]


async def test_a_gap_is_closed_by_another_attempt_once_there_is_an_answer(charlie: Browser, robin: Browser) -> None:
    await ask(charlie, SUNDAYS["question"])
    (gap,) = await gaps(robin)
    path = f"/api/gaps/{gap['id']}/attempt"
    (tried,) = (await robin.post(path)).json()["attempts"]
    assert (tried["kind"], tried["closed"]) == ("refused", False)
    await add(robin)
    (tried,) = (await robin.post(path)).json()["attempts"]
    assert (tried["kind"], tried["answer"], tried["closed"]) == ("curated", SUNDAYS["answer"], True)
    assert await gaps(robin) == []
    assert (await robin.post(path)).status_code == 404


async def test_the_answer_that_was_disliked_closes_no_gap(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, REFUNDED)
    await vote(charlie, given, "down")
    (gap,) = await gaps(robin)
    (tried,) = (await robin.post(f"/api/gaps/{gap['id']}/attempt")).json()["attempts"]
    assert (tried["answer"], tried["closed"]) == (given["answer"], False)
    await add(robin, question=REFUNDED, answer="On the fifth working day.")
    (tried,) = (await robin.post(f"/api/gaps/{gap['id']}/attempt")).json()["attempts"]
    assert tried["closed"]


async def test_outsider_cannot_try_a_gap_again(charlie: Browser, robin: Browser) -> None:
    await ask(charlie, FOREIGN)
    (gap,) = await gaps(robin)
    assert (await charlie.post(f"/api/gaps/{gap['id']}/attempt")).status_code == 401
    assert (await robin.post(f"/api/gaps/{gap['id']}/attempt")).status_code == 200
