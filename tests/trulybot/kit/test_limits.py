import pytest

from trulybot.kit.errors import TooMany
from trulybot.kit.limits import MOST_BUCKETS, Limit, Limits

ASKING = Limit("asking", times=3, seconds=60)


class Clock:
    """Stands still until told."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> Limits:
    return Limits(clock)


def spend_all(limits: Limits, key: str = "charlie", limit: Limit = ASKING) -> None:
    for _ in range(limit.times):
        limits.spend(limit, key)


def test_a_burst_is_allowed_and_the_next_is_refused_with_when_to_come_back(limits: Limits) -> None:
    spend_all(limits)
    with pytest.raises(TooMany, match="Try again in 20 seconds") as refused:
        limits.spend(ASKING, "charlie")
    assert refused.value.retry_after == 20


def test_who_waits_as_long_as_told_is_let_in_once(limits: Limits, clock: Clock) -> None:
    spend_all(limits)
    with pytest.raises(TooMany) as refused:
        limits.spend(ASKING, "charlie")
    clock.seconds += refused.value.retry_after
    limits.spend(ASKING, "charlie")
    with pytest.raises(TooMany):
        limits.spend(ASKING, "charlie")


def test_who_comes_too_early_is_refused_and_pays_nothing_for_it(limits: Limits, clock: Clock) -> None:
    spend_all(limits)
    for _ in range(19):
        clock.seconds += 1
        with pytest.raises(TooMany):
            limits.spend(ASKING, "charlie")
    clock.seconds += 1
    limits.spend(ASKING, "charlie")


def test_a_long_rest_earns_one_burst_and_no_more(limits: Limits, clock: Clock) -> None:
    spend_all(limits)
    clock.seconds += 86_400
    spend_all(limits)
    with pytest.raises(TooMany):
        limits.spend(ASKING, "charlie")


def test_one_stranger_does_not_spend_what_is_anothers(limits: Limits) -> None:
    spend_all(limits)
    with pytest.raises(TooMany):
        limits.spend(ASKING, "charlie")
    limits.spend(ASKING, "robin")


def test_limits_of_different_names_are_spent_apart(limits: Limits) -> None:
    spend_all(limits)
    with pytest.raises(TooMany):
        limits.spend(ASKING, "charlie")
    limits.spend(Limit("signing in", times=1, seconds=60), "charlie")


def test_long_waits_are_told_in_minutes(limits: Limits) -> None:
    hourly = Limit("hourly", times=1, seconds=3600)
    limits.spend(hourly, "charlie")
    with pytest.raises(TooMany, match="in 60 minutes"):
        limits.spend(hourly, "charlie")


def test_many_strangers_cannot_make_it_grow_for_ever(limits: Limits) -> None:
    for number in range(MOST_BUCKETS + 100):
        limits.spend(ASKING, str(number))
    assert len(limits._buckets) == MOST_BUCKETS


def test_several_are_taken_at_once_or_none(limits: Limits) -> None:
    limits.spend(ASKING, "charlie", 2)
    with pytest.raises(TooMany) as refused:
        limits.spend(ASKING, "charlie", 2)
    assert refused.value.retry_after == 20
    limits.spend(ASKING, "charlie", 1)
