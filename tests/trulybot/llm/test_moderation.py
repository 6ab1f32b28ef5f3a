"""What a provider makes of a text, asked over HTTP; every way to fail is a value."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.provider import KEY, provider
from tests.provider import Provider as StandIn
from trulybot.llm.breaker import FAILURES
from trulybot.llm.client import Client
from trulybot.llm.moderation import Allowed, Flagged, Moderator, NoVerdict
from trulybot.llm.speech import Fault

MODEL = "omni-moderation-latest"
RUDE = "You are a fool."


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with provider() as service:
        service.flags = {"fool": ["harassment", "hate"]}
        yield service


@pytest.fixture
async def moderator(stand_in: StandIn) -> AsyncIterator[Moderator]:
    client = Client(stand_in.url, KEY)
    yield Moderator(client, MODEL, seconds=0.5)
    await client.close()


async def test_a_text_is_allowed_or_flagged_with_the_providers_categories(
    moderator: Moderator, stand_in: StandIn
) -> None:
    assert await moderator.judge("When does it arrive?") == Allowed()
    assert await moderator.judge(RUDE) == Flagged(("harassment", "hate"))
    assert stand_in.moderated[-1] == {"model": MODEL, "input": RUDE}
    assert stand_in.keys == [f"Bearer {KEY}"] * 2


@pytest.mark.parametrize(
    ("play", "fault", "status"),
    [
        ("no such place", "refused", 404),
        ("wrong key", "refused", 401),
        ("failing", "broken", 500),
        ("too many", "too many requests", 429),
        ("over quota", "over quota", 429),
        ("page", "nonsense", None),
        ("no results", "nonsense", None),
        ("hang", "slow", None),
    ],
)
async def test_a_failure_is_a_value(
    moderator: Moderator, stand_in: StandIn, play: str, fault: Fault, status: int | None
) -> None:
    stand_in.moderates = play
    assert await moderator.judge(RUDE) == NoVerdict(fault, status)


async def test_nobody_there_is_a_value_too() -> None:
    client = Client("http://127.0.0.1:9/v1", KEY)
    assert await Moderator(client, MODEL).judge(RUDE) == NoVerdict("unreachable")
    await client.close()


async def test_who_fails_again_and_again_is_left_alone_for_a_while(stand_in: StandIn) -> None:
    clock = iter(range(1000))
    client = Client(stand_in.url, KEY)
    moderator = Moderator(client, MODEL, clock=lambda: next(clock))
    stand_in.moderates = "failing"
    for _ in range(FAILURES):
        assert await moderator.judge(RUDE) == NoVerdict("broken", 500)
    assert await moderator.judge(RUDE) == NoVerdict("resting")
    assert len(stand_in.moderated) == FAILURES
    stand_in.moderates = "well"
    while (verdict := await moderator.judge(RUDE)) == NoVerdict("resting"):
        pass
    assert verdict == Flagged(("harassment", "hate"))
    await client.close()
