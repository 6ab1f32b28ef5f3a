from asyncio import timeout
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.provider import ANSWER, COMPLETION_TOKENS, KEY, MODEL, PROMPT_TOKENS, provider
from tests.provider import Provider as StandIn
from trulybot.llm.breaker import FAILURES
from trulybot.llm.hearing import Patience
from trulybot.llm.provider import Provider
from trulybot.llm.speech import Ended, Event, Failed, Message, Prompt, Said, Usage
from trulybot.llm.steady import Steady

PROMPT = Prompt([Message("user", "When?")], user="c0ffee", most_tokens=50, temperature=0.5)
IMPATIENT = Patience(connect=1, first=0.4, between=0.4, whole=5)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with provider() as service:
        yield service


@pytest.fixture
async def model(stand_in: StandIn) -> AsyncIterator[Provider]:
    model = Provider(stand_in.url, KEY, MODEL, IMPATIENT)
    await model.warm()
    yield model
    await model.close()


@pytest.fixture
def steady(model: Provider) -> Steady:
    return Steady(model)


async def events_of(model: Provider | Steady, prompt: Prompt = PROMPT) -> list[Event]:
    return [event async for event in model.speak(prompt)]


def said_in(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Said))


async def test_words_come_as_they_are_said_and_then_what_was_used(model: Provider, stand_in: StandIn) -> None:
    events = await events_of(model)
    assert len(events) > 5
    assert said_in(events) == ANSWER
    assert events[-1] == Ended(Usage(PROMPT_TOKENS, COMPLETION_TOKENS))
    (asked,) = stand_in.asked
    assert asked["messages"] == [{"role": "user", "content": "When?"}]
    assert (asked["model"], asked["user"], asked["max_tokens"], asked["temperature"]) == (MODEL, "c0ffee", 50, 0.5)
    assert stand_in.keys == [f"Bearer {KEY}"]


async def test_a_provider_without_a_key_is_asked_without_one_of_ours(stand_in: StandIn) -> None:
    keyless = Provider(stand_in.url, "", MODEL, IMPATIENT)
    assert said_in(await events_of(keyless)) == ANSWER
    assert stand_in.keys == ["Bearer none"]
    await keyless.close()


async def test_a_provider_that_counts_nothing_is_believed_for_the_rest(model: Provider, stand_in: StandIn) -> None:
    stand_in.then = "no usage"
    assert (await events_of(model))[-1] == Ended(None)


async def test_an_answer_at_the_most_tokens_is_not_whole(model: Provider, stand_in: StandIn) -> None:
    stand_in.then = "length"
    end = (await events_of(model))[-1]
    assert isinstance(end, Ended) and not end.is_whole


async def test_a_server_that_does_not_stream_is_heard_at_once(model: Provider, stand_in: StandIn) -> None:
    stand_in.then = "not streamed"
    assert await events_of(model) == [Said(ANSWER), Ended(Usage(PROMPT_TOKENS, COMPLETION_TOKENS))]


@pytest.mark.parametrize("name", ["max_tokens", "temperature", "user", "stream_options"])
async def test_what_a_model_refuses_to_be_told_it_is_not_told_again(
    model: Provider, stand_in: StandIn, name: str
) -> None:
    stand_in.plays = [f"wants no {name}"]
    assert said_in(await events_of(model)) == ANSWER
    await events_of(model)
    assert [name in asked for asked in stand_in.asked] == [True, False, False]
    if name == "max_tokens":
        assert stand_in.asked[-1]["max_completion_tokens"] == 50


@pytest.mark.parametrize(
    ("play", "fault", "has_spoken"),
    [
        ("wrong key", "refused", False),
        ("no such model", "refused", False),
        ("too long", "refused", False),
        ("wants no messages", "refused", False),
        ("failing", "broken", False),
        ("starting", "broken", False),
        ("too many", "too many requests", False),
        ("over quota", "over quota", False),
        ("page", "nonsense", False),
        ("hang before", "slow", False),
        ("hang after", "slow", True),
        ("cut", "unreachable", True),
        ("ends early", "unreachable", True),
        ("nonsense", "nonsense", True),
        ("fails midway", "broken", True),
    ],
)
async def test_what_goes_wrong_is_a_value_after_all_that_was_said(
    model: Provider, stand_in: StandIn, play: str, fault: str, has_spoken: bool
) -> None:
    stand_in.then = play
    *before, last = await events_of(model)
    assert isinstance(last, Failed)
    assert last.fault == fault
    assert bool(before) is has_spoken
    assert ANSWER.startswith(said_in(before))


async def test_signs_of_life_are_no_words(model: Provider, stand_in: StandIn) -> None:
    stand_in.then = "signs of life"
    async with timeout(IMPATIENT.whole / 2):
        assert (await events_of(model))[-1] == Failed("slow")


async def test_nobody_there_is_a_value() -> None:
    nobody = Provider("http://127.0.0.1:9/v1", KEY, MODEL, IMPATIENT)
    assert await events_of(nobody) == [Failed("unreachable")]
    await nobody.close()


async def test_the_next_call_goes_over_the_same_connection(model: Provider, stand_in: StandIn) -> None:
    for _ in range(3):
        assert said_in(await events_of(model)) == ANSWER
    assert stand_in.connections == 1


async def test_who_listens_no_more_hangs_up(model: Provider, stand_in: StandIn) -> None:
    stand_in.answer, stand_in.pause = "word " * 2000, 0.001
    events = model.speak(PROMPT)
    assert isinstance(await anext(events), Said)
    await events.aclose()
    assert stand_in.hung_up.wait(20)


async def test_one_failure_before_the_first_word_is_tried_again(steady: Steady, stand_in: StandIn) -> None:
    stand_in.plays = ["failing"]
    assert said_in(await events_of(steady)) == ANSWER
    assert len(stand_in.asked) == 2


@pytest.mark.parametrize(("play", "tries"), [("failing", 2), ("cut", 1), ("hang before", 1), ("wrong key", 1)])
async def test_never_more_than_once_nor_after_a_word_nor_where_it_would_not_help(
    steady: Steady, stand_in: StandIn, play: str, tries: int
) -> None:
    stand_in.then = play
    assert isinstance((await events_of(steady))[-1], Failed)
    assert len(stand_in.asked) == tries


async def test_a_provider_that_keeps_failing_is_left_alone(model: Provider, stand_in: StandIn) -> None:
    time = [0.0]
    steady = Steady(model, clock=lambda: time[0])
    stand_in.then = "failing"
    while not steady.breaker.is_open:
        await events_of(steady)
    calls = len(stand_in.asked)
    assert await events_of(steady) == [Failed("resting")]
    assert len(stand_in.asked) == calls
    stand_in.then = "well"
    time[0] += 60
    assert said_in(await events_of(steady)) == ANSWER
    assert not steady.breaker.is_open


@pytest.mark.parametrize(("play", "is_left_alone"), [("wrong key", True), ("too long", False)])
async def test_prompts_that_are_too_long_are_nobody_elses_loss(
    steady: Steady, stand_in: StandIn, play: str, is_left_alone: bool
) -> None:
    stand_in.then = play
    for _ in range(FAILURES):
        assert isinstance((await events_of(steady))[-1], Failed)
    stand_in.then = "well"
    assert (await events_of(steady) == [Failed("resting")]) is is_left_alone


async def test_too_many_requests_are_waited_out(steady: Steady, stand_in: StandIn) -> None:
    stand_in.plays, stand_in.retry_after = ["too many"] * 3, "0.05"
    assert said_in(await events_of(steady)) == ANSWER
    assert len(stand_in.asked) == 4
    assert not steady.breaker.is_open


async def test_nobody_waits_longer_than_a_visitor_would(steady: Steady, stand_in: StandIn) -> None:
    stand_in.then, stand_in.retry_after = "too many", "3600"
    assert await events_of(steady) == [Failed("busy")]
    assert len(stand_in.asked) == 1
