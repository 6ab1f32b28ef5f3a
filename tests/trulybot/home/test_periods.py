"""Days as their reader has them, and what is compared with what."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from trulybot.home.models import Counts, Period, change
from trulybot.kit.clock import DAY, HOUR

NOON = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp())


def test_days_begin_at_the_readers_midnight() -> None:
    """In Kathmandu, 5:45 ahead, it is 17:45."""
    period = Period.ending(NOON, 7, ZoneInfo("Asia/Kathmandu"))
    today = period.days[-1]
    assert len(period.days) == 7
    assert today.begin == NOON - 17 * HOUR - 45 * 60
    assert today.end - today.begin == DAY
    assert today.ahead == 5 * HOUR + 45 * 60


def test_the_day_on_which_clocks_go_back_has_25_hours() -> None:
    end_of_october = int(datetime(2026, 10, 27, 12, tzinfo=UTC).timestamp())
    lengths = [day.end - day.begin for day in Period.ending(end_of_october, 7, ZoneInfo("Europe/Berlin")).days]
    assert lengths == [24 * HOUR] * 4 + [25 * HOUR] + [24 * HOUR] * 2


def test_the_time_before_ends_at_the_same_time_of_the_day() -> None:
    period = Period.ending(NOON, 30, UTC)
    assert period.before.end == NOON - 30 * DAY
    assert period.before.begin == period.days[0].begin - 30 * DAY


def test_shares_and_changes_say_nothing_of_nothing() -> None:
    assert Counts().answered_share == 0
    assert Counts(answered=412, refused=20, handed_over=5).answered_share == 94
    assert (change(3, 2), change(1, 2), change(2, 2), change(2, 0)) == (50, -50, 0, None)
