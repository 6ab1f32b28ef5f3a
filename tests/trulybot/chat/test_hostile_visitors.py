"""Visitors who want no answer but trouble, while a model behind HTTP writes."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import Connection, text

from tests.acorn import REFUNDED
from tests.cast import Browser
from tests.provider import Provider
from tests.trulybot.chat.test_feedback import vote
from tests.trulybot.chat.test_history import begun, said_something
from tests.trulybot.chat.writing import MY_OWN, ask, choose, events_in, last_record, streamed, with_model
from trulybot.llm.hearing import MOST_CHARACTERS
from trulybot.settings import Settings
from trulybot.workspace import written

KEY = {"idempotency-key": "7c2c3b9e-2f3b-4f5d-9a67-0f6f1f8f9a10"}
STREAM = {"accept": "text/event-stream"}


@pytest.fixture
def settings(settings: Settings, stand_in: Provider) -> Settings:
    return with_model(settings, stand_in)


@pytest.fixture
async def crowd(app: Litestar) -> AsyncIterator[list[Browser]]:
    """Fifty people, each at an address of their own."""
    people = [Browser(app, address=f"198.51.100.{number}") for number in range(1, 51)]
    yield people
    for person in people:
        await person.aclose()


async def test_equal_requests_at_once_are_one_turn_and_one_call(charlie: Browser, stand_in: Provider) -> None:
    stand_in.pause = 0.02
    asked = [charlie.post("/api/chat", json={"question": MY_OWN}, headers=KEY) for _ in range(8)]
    streams = [charlie.post("/api/chat", json={"question": MY_OWN}, headers=KEY | STREAM) for _ in range(4)]
    answers = await asyncio.gather(*asked, *streams)
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["answer"] for answer in answers[:8]} == {stand_in.answer}
    assert len({answer.json()["turn"] for answer in answers[:8]}) == 1
    assert {_said(answer) for answer in answers[8:]} == {stand_in.answer}
    assert len(stand_in.asked) == 1


async def test_equal_keys_of_two_conversations_at_once_are_two_turns(charlie: Browser, stand_in: Provider) -> None:
    handles = [(await ask(charlie, "hello"))["conversation"] for _ in range(2)]
    asked = [{"question": MY_OWN, "conversation": handle} for handle in handles * 2]
    answers = await asyncio.gather(*(charlie.post("/api/chat", json=one, headers=KEY) for one in asked))
    told = [(answer.json()["conversation"], answer.json()["turn"]) for answer in answers]
    assert [conversation for conversation, _ in told] == handles * 2
    assert told[:2] == told[2:] and told[0][1] != told[1][1]
    assert len(stand_in.asked) == 2


async def test_a_vote_before_the_answer_is_none(charlie: Browser, robin: Browser, stand_in: Provider) -> None:
    stand_in.then = "hang after"
    given, answer = await begun(charlie)
    turn = given | {"turn": (await said_something(charlie, given))["turn"]}
    assert (await vote(charlie, turn, "down")).status_code == 409
    assert (await robin.get("/api/gaps")).json()["gaps"] == []
    stand_in.go_on.set()
    await answer
    assert (await vote(charlie, turn, "down")).status_code == 200


@pytest.mark.parametrize("reason", ["x" * 1001, "no\0thing", "\ud800"])
async def test_reasons_that_are_none_are_refused(charlie: Browser, robin: Browser, reason: str) -> None:
    given = await ask(charlie, MY_OWN)
    path = f"/api/chat/{given['conversation']}/turns/{given['turn']}/feedback"
    body = '{"vote": "down", "reason": "' + reason.replace("\0", "\\u0000").replace("\ud800", "\\ud800") + '"}'
    refused = await charlie.post(path, content=body.encode(), headers={"content-type": "application/json"})
    assert refused.status_code == 400, refused.text
    assert refused.json()["detail"].endswith(".")
    assert (await robin.get("/api/gaps")).json()["gaps"] == []


@pytest.mark.parametrize("reason", ["😤" * 1000, "\u202eesrever", "e\u0301" * 500, "<script>alert(1)</script>", " "])
async def test_an_odd_reason_is_kept_as_it_is(charlie: Browser, robin: Browser, reason: str) -> None:
    given = await ask(charlie, MY_OWN)
    assert (await vote(charlie, given, "down", reason)).status_code == 200
    (turn,) = (await robin.get(f"/api/conversations/{given['conversation']}")).json()["turns"]
    assert turn["vote_reason"] == reason


async def test_a_flood_of_votes_is_one_gap(charlie: Browser, robin: Browser) -> None:
    given = await ask(charlie, MY_OWN)
    votes = await asyncio.gather(*(vote(charlie, given, "up" if n % 2 else "down") for n in range(30)))
    assert {answer.status_code for answer in votes} == {200}
    await vote(charlie, given, "down")
    (gap,) = (await robin.get("/api/gaps")).json()["gaps"]
    assert (gap["asked"], gap["disliked"]) == (1, 1)


async def test_a_place_that_the_answer_never_reaches_gives_no_words(charlie: Browser, stand_in: Provider) -> None:
    stand_in.then = "hang after"
    given, answer = await begun(charlie)
    path = f"/api/chat/{given['conversation']}/turns/{(await said_something(charlie, given))['turn']}/stream"
    beyond = asyncio.create_task(charlie.get(path, headers={"last-event-id": "999999999"}))
    stand_in.go_on.set()
    await answer
    assert events_in((await beyond).text) == []
    assert _said(await charlie.get(path)) == (await answer).json()["answer"]


async def test_fifty_at_once_are_answered_while_the_provider_hangs(
    crowd: list[Browser], charlie: Browser, stand_in: Provider
) -> None:
    stand_in.then = "hang before"
    asked = asyncio.gather(*(ask(person, MY_OWN) for person in crowd))
    await asyncio.to_thread(_until, lambda: len(stand_in.asked) >= 5)
    began = time.monotonic()
    assert (await charlie.get("/up")).status_code == 200
    assert (await ask(charlie, "hello"))["kind"] == "greeting"
    assert time.monotonic() - began < 2
    assert {given["kind"] for given in await asked} == {"quoted"}
    assert time.monotonic() - began < 20


async def test_an_answer_without_end_is_cut(charlie: Browser, robin: Browser, stand_in: Provider) -> None:
    stand_in.answer = "The refund arrives within five working days [1]. " * 1000
    given = await ask(charlie, MY_OWN)
    assert MOST_CHARACTERS - 100 < len(given["answer"]) < MOST_CHARACTERS + 100
    assert given["answer"].endswith("…")
    assert [cited["n"] for cited in given["citations"]] == [1]
    found = (await robin.get(f"/api/conversations/{given['conversation']}")).json()["turns"][0]
    assert found["answer"] == given["answer"]


@pytest.mark.parametrize("strict", [False, True])
async def test_a_word_without_end_is_cut_too(
    charlie: Browser, robin: Browser, stand_in: Provider, strict: bool
) -> None:
    await choose(robin, leave_out_unsupported=strict)
    stand_in.answer = "a" * 1_000_000
    began = time.monotonic()
    given = await ask(charlie, MY_OWN)
    assert len(given["answer"]) < MOST_CHARACTERS + 1000
    assert time.monotonic() - began < 10


async def test_citations_and_links_of_a_models_own_are_not_said(charlie: Browser, stand_in: Provider) -> None:
    stand_in.answer = (
        "It takes five working days [99][0][1-99999999999]. See [https://evil.example](https://evil.example/x), "
        "htt[99]ps://evil.example or ![it](https://evil.example/pixel.png)."
    )
    for said in ((await ask(charlie, MY_OWN))["answer"], _said_of(await streamed(charlie, MY_OWN))):
        assert "evil" not in said and "[9" not in said and "[0]" not in said
        assert said.startswith("It takes five working days")


async def test_a_document_that_goes_while_the_model_reads_it_is_not_said_again(
    charlie: Browser, robin: Browser, stand_in: Provider
) -> None:
    stand_in.pause = 0.2
    answer = asyncio.create_task(ask(charlie, REFUNDED))
    await asyncio.to_thread(_until, stand_in.said_first.is_set)
    for document in (await robin.get("/api/documents")).json()["documents"]:
        assert (await robin.delete(f"/api/documents/{document['id']}")).status_code == 204
    assert not answer.done()
    assert (await answer)["answer"] == stand_in.answer
    assert (await ask(charlie, REFUNDED))["kind"] == "refused"


async def test_a_conversation_of_five_hundred_turns_is_answered_as_fast(
    charlie: Browser, robin: Browser, settings: Settings, stand_in: Provider
) -> None:
    given = await ask(charlie, MY_OWN)
    written(settings, _go_on_for_long, given["conversation"].partition(".")[0])
    began = time.monotonic()
    again = await ask(charlie, MY_OWN, given["conversation"])
    assert (again["kind"], again["conversation"]) == ("generated", given["conversation"])
    assert time.monotonic() - began < 2
    assert sum(len(message["content"]) for message in stand_in.asked[-1]["messages"]) < 30_000
    assert "understanding" in (await last_record(robin, again))["milliseconds"]
    seen = (await charlie.get(f"/api/chat/{given['conversation']}")).json()
    assert seen["turns"][-1]["turn"] == again["turn"]
    charlie.cookies.set("__Host-conversation", given["conversation"])
    assert (await charlie.get("/chat")).status_code == 200


def _until(happens: Any) -> None:
    until = time.monotonic() + 10
    while not happens():
        assert time.monotonic() < until
        time.sleep(0.01)


def _said(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return _said_of(events_in(answer.text))


def _said_of(events: list[tuple[str, int, dict[str, Any]]]) -> str:
    return "".join(data["text"] for event, _, data in events if event == "token")


def _go_on_for_long(connection: Connection, conversation: str) -> None:
    connection.execute(
        text(
            """
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 500)
            INSERT INTO turns (id, conversation_id, question, answer, kind, state, asked_at, answered_at)
            SELECT 't_long' || n, :id, 'And ' || hex(randomblob(900)) || '?', hex(randomblob(2000)), 'quoted', 'done',
                unixepoch(), unixepoch() FROM numbers
            """
        ),
        {"id": conversation},
    )
