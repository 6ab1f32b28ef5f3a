import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import msgspec
import pytest

from control_plane.gateway import caps, queries
from control_plane.gateway.chat import Chatting, Message, Wish
from control_plane.gateway.gateway import Gateway
from control_plane.gateway.models import Call, Caller
from control_plane.gateway.noting import Noting
from control_plane.gateway.upstream import Upstream
from control_plane.settings import Settings
from tests.control_plane.gateway.conftest import ACORN
from tests.provider import ANSWER, COMPLETION_TOKENS, KEY, MODEL, PROMPT_TOKENS, Provider, provider
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound, Unavailable
from trulybot.kit.gateway import Gateway as WayOut
from trulybot.kit.limits import Limit, Limits
from trulybot.llm.door_model import DoorModel
from trulybot.llm.hearing import Patience
from trulybot.llm.speech import Ended, Event, Failed, Prompt, Said, Usage
from trulybot.llm.speech import Message as Words

PATH = "/v1/chat/completions"
USED = PROMPT_TOKENS + COMPLETION_TOKENS


@pytest.fixture
def model() -> Iterator[Provider]:
    with provider() as model:
        yield model


@pytest.fixture
def settings(tmp_path: Path, model: Provider) -> Settings:
    return Settings(root=tmp_path / "r", control=tmp_path / "c", model_url=model.url, model_key=KEY, model=MODEL)


def wish(**more: Any) -> dict[str, Any]:
    return {"model": "whatever", "messages": [{"role": "user", "content": "When?"}], "stream": True, **more}


def said(body: str) -> str:
    chunks = [msgspec.json.decode(line[5:]) for line in body.splitlines() if line.startswith("data: {")]
    return "".join(choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"])


async def noted(gateway: Gateway, db: Database) -> list[Call]:
    """Once nothing is under way."""
    async with asyncio.timeout(30):
        while gateway.chatting.is_busy:
            await asyncio.sleep(0.01)
    await gateway.noting.close()
    return [call for call in await db.read(queries.calls, ACORN, 50) if call.verb == "chat"]


async def test_the_answer_comes_through_with_our_key_and_our_model(
    gateway: Gateway, acorn: httpx.AsyncClient, model: Provider, db: Database
) -> None:
    answer = await acorn.post(PATH, json=wish(max_tokens=50, temperature=0.1))
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert said(answer.text) == ANSWER and answer.text.rstrip().endswith("data: [DONE]")
    (asked,) = model.asked
    assert (asked["model"], asked["max_tokens"], asked["stream_options"]) == (MODEL, 50, {"include_usage": True})
    assert model.keys == [f"Bearer {KEY}"]
    assert KEY not in answer.text
    assert [(call.status, call.amount) for call in await noted(gateway, db)] == [(200, USED)]


async def test_it_is_streamed_and_not_gathered(acorn: httpx.AsyncClient, model: Provider) -> None:
    model.plays.append("hang after")
    async with acorn.stream("POST", PATH, json=wish()) as answer:
        pieces = answer.aiter_text()
        heard = ""
        async with asyncio.timeout(20):
            while "refund" not in heard:
                heard += await anext(pieces)
        assert "[DONE]" not in heard
        model.go_on.set()


async def test_a_call_whose_workspace_hangs_up_is_read_to_its_end_and_counted(
    gateway: Gateway, acorn: httpx.AsyncClient, model: Provider, db: Database
) -> None:
    model.pause = 0.05
    async with acorn.stream("POST", PATH, json=wish()) as answer:
        await anext(answer.aiter_bytes())
    assert [(call.status, call.amount) for call in await noted(gateway, db)] == [(200, USED)]
    assert not model.hung_up.is_set()


async def test_an_answer_in_one_piece_is_counted_too(
    gateway: Gateway, acorn: httpx.AsyncClient, model: Provider, db: Database
) -> None:
    model.plays.append("not streamed")
    answer = (await acorn.post(PATH, json=wish(stream=False))).json()
    assert answer["choices"][0]["message"]["content"] == ANSWER
    assert "stream_options" not in model.asked[0]
    assert [call.amount for call in await noted(gateway, db)] == [USED]


@pytest.mark.parametrize(
    ("play", "status"),
    [("wrong key", 503), ("failing", 503), ("too many", 429), ("over quota", 429), ("too long", 422), ("echoes", 422)],
)
async def test_a_failure_is_told_without_the_providers_words(
    acorn: httpx.AsyncClient, model: Provider, play: str, status: int
) -> None:
    model.plays.append(play)
    answer = await acorn.post(PATH, json=wish())
    assert answer.status_code == status
    assert "When?" not in answer.text and "No." not in answer.text


async def test_a_provider_that_is_away_is_no_failure_of_ours() -> None:
    limits = Limits()
    away = Upstream(Settings(model_url="http://127.0.0.1:9/v1"))
    chatting = Chatting(away, limits, cast(Noting, None))
    with pytest.raises(Unavailable):
        await chatting.ask(Caller(ACORN, "free"), Wish([Message("user", "When?")]))
    assert not chatting.is_busy
    await chatting.close()


@pytest.mark.parametrize(
    "odd",
    [
        {"messages": []}, {"messages": [{"role": "tool", "content": "x"}]}, {"max_tokens": 0}, {"max_tokens": 10**9},
        {"max_tokens": -1}, {"temperature": 3}, {"n": 100, "messages": "x"}, {"stop": ["a"] * 5},
        {"messages": [{"role": "user", "content": "x" * 200_001}]},
    ],
)  # fmt: skip
async def test_what_no_workspace_of_ours_asks_is_refused(
    acorn: httpx.AsyncClient, model: Provider, odd: dict[str, Any]
) -> None:
    assert (await acorn.post(PATH, json=wish(**odd))).status_code == 400
    assert model.asked == []


async def test_what_we_do_not_know_is_not_passed_on(acorn: httpx.AsyncClient, model: Provider) -> None:
    await acorn.post(PATH, json=wish(n=100, tools=[{"type": "function"}], usage={"total_tokens": 1}))
    assert {"n", "tools", "usage"}.isdisjoint(model.asked[0])


async def test_a_workspace_has_only_so_many_tokens_a_day_and_so_many_calls_at_once(
    monkeypatch: pytest.MonkeyPatch, acorn: httpx.AsyncClient, birch: httpx.AsyncClient, model: Provider,
    gateway: Gateway,
) -> None:  # fmt: skip
    monkeypatch.setattr(caps, "TOKENS", Limit("tokens", times=USED, seconds=86_400))
    monkeypatch.setattr(caps, "MOST_CHATS_AT_ONCE", 1)
    model.plays += ["hang before"]
    first = asyncio.create_task(acorn.post(PATH, json=wish()))
    while not model.asked:
        await asyncio.sleep(0.01)
    assert (await acorn.post(PATH, json=wish())).status_code == 429
    model.go_on.set()
    assert (await first).status_code == 200
    while gateway.chatting.is_busy:
        await asyncio.sleep(0.01)
    refused = await acorn.post(PATH, json=wish())
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 60
    assert (await birch.post(PATH, json=wish())).status_code == 200


async def test_without_a_model_there_is_none() -> None:
    chatting = Chatting(Upstream(Settings()), Limits(), cast(Noting, None))
    with pytest.raises(NotFound):
        await chatting.ask(Caller(ACORN, "free"), Wish([Message("user", "When?")]))
    await chatting.close()


async def spoken(door: DoorModel) -> list[Event]:
    prompt = Prompt([Words("user", "When?")], user="v1", most_tokens=50, temperature=0.1)
    return [event async for event in door.speak(prompt)]


@pytest.fixture
def through(acorns_way_out: WayOut) -> DoorModel:
    return DoorModel(acorns_way_out, MODEL, Patience(first=3, between=1, whole=6))


async def test_a_workspace_hears_the_model_word_by_word_through_the_door(through: DoorModel) -> None:
    *words, end = await spoken(through)
    assert len(words) > 3
    assert "".join(each.text for each in words if isinstance(each, Said)) == ANSWER
    assert end == Ended(Usage(PROMPT_TOKENS, COMPLETION_TOKENS))


@pytest.mark.parametrize(
    ("play", "fault"),
    [
        ("hang before", "slow"), ("hang after", "slow"), ("cut", "unreachable"), ("ends early", "unreachable"),
        ("fails midway", "broken"), ("failing", "broken"), ("nonsense", "nonsense"), ("too long", "refused"),
        ("wrong key", "broken"),
    ],
)  # fmt: skip
async def test_how_the_model_fails_is_a_value(through: DoorModel, model: Provider, play: str, fault: str) -> None:
    model.plays.append(play)
    *_, end = await spoken(through)
    assert isinstance(end, Failed) and end.fault == fault


async def test_too_many_requests_are_told_with_when_to_come_back(through: DoorModel, model: Provider) -> None:
    model.plays.append("too many")
    model.retry_after = "7"
    assert await spoken(through) == [Failed("too many requests", 7.0, 429)]


async def test_what_the_model_does_not_take_is_left_out_for_good(through: DoorModel, model: Provider) -> None:
    model.plays += ["wants no max_tokens", "wants no temperature"]
    for _ in range(2):
        assert isinstance((await spoken(through))[-1], Ended)
    assert [sorted({"max_tokens", "max_completion_tokens", "temperature"} & set(each)) for each in model.asked] == [
        ["max_tokens", "temperature"],
        ["max_completion_tokens", "temperature"],
        ["max_completion_tokens"],
        ["max_completion_tokens"],
    ]


async def test_a_door_that_is_shut_is_a_model_that_cannot_be_reached(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("token")
    assert await spoken(DoorModel(WayOut(tmp_path / "nobody", tmp_path / "token"), MODEL)) == [Failed("unreachable")]
