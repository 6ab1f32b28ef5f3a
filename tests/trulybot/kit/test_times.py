from collections.abc import Iterator

import pytest

from trulybot.kit import reader
from trulybot.kit.clock import DAY, HOUR
from trulybot.kit.reader import Reader
from trulybot.kit.times import ago, day, exact, machine

NOON = 1_700_000_000  # 14 November 2023, 22:13:20 UTC


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = reader.current.set(Reader())
    yield
    reader.current.reset(before)


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (HOUR, "1 h ago"),
        (DAY, "1 day ago"),
        (6 * DAY, "6 days ago"),
        (8 * DAY, "6 Nov"),
        (400 * DAY, "10 Oct 2022"),
    ],
)
def test_ago_is_as_exact_as_one_would_say_it(age: int, said: str) -> None:
    assert ago(NOON - age, NOON) == said


def test_times_are_utc_until_a_zone_is_chosen() -> None:
    assert (exact(NOON), day(NOON)) == ("14 Nov 2023, 22:13 UTC", "14 Nov 2023")
    assert machine(NOON) == "2023-11-14T22:13:20Z"


def test_times_follow_their_reader() -> None:
    reader.current.set(Reader("hi", "Asia/Kolkata", "day first"))
    assert (exact(NOON), machine(NOON)) == ("15 नव॰ 2023, 03:43 IST", "2023-11-14T22:13:20Z")
    assert ago(NOON - 2 * DAY, NOON) == "2 दिन पहले"
    reader.current.set(Reader("en", "America/New_York", "month first"))
    assert exact(NOON) == "Nov 14, 2023, 17:13 EST"
    assert ago(NOON - 8 * DAY, NOON) == "Nov 6"
    reader.current.set(Reader("en", "UTC", "year first"))
    assert day(NOON) == "2023-11-14"


def test_a_zone_that_is_not_known_is_utc() -> None:
    for name in ("Mars/Olympus", "../etc/passwd", "", "x" * 5000):
        reader.current.set(Reader(time_zone=name))
        assert exact(NOON).endswith("22:13 UTC")
