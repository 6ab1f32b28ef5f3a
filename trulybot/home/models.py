"""The figures of a period: what each is today, day by day, and in the same time before. Days are the reader's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple

from trulybot.kit.clock import DAY, as_datetime

QUARTER = 900  # seconds, as migration 0018 counts
PERIODS = (7, 30, 90)  # days


class Counts(NamedTuple):
    """Of any span of time; what was asked is answered, refused, or handed over."""

    conversations: int = 0
    answered: int = 0
    refused: int = 0
    handed_over: int = 0
    leads: int = 0
    liked: int = 0
    disliked: int = 0

    @property
    def questions(self) -> int:
        return self.answered + self.refused + self.handed_over

    @property
    def answered_share(self) -> int:
        return percent(self.answered, self.questions)


class Spent(NamedTuple):
    """On the model: micro-dollars, and 0 where the price is not known."""

    cost: int = 0
    tokens: int = 0


class Span(NamedTuple):
    """Seconds since 1970, and by how many the reader's clock is ahead of UTC when it begins."""

    begin: int
    end: int
    ahead: int = 0


@dataclass(frozen=True)
class Period:
    """The last `days` days with today, and as long before, up to the same time of the day."""

    days: tuple[Span, ...]
    now: int

    @classmethod
    def ending(cls, now: int, days: int, zone: tzinfo) -> "Period":
        today = as_datetime(now).astimezone(zone).date()
        first = today - timedelta(days=days - 1)
        midnights = [datetime.combine(first + timedelta(days=n), time(), zone) for n in range(days + 1)]
        return cls(tuple(_spans(midnights)), now)

    @property
    def before(self) -> Span:
        begin, length = self.days[0].begin, len(self.days) * DAY
        return Span(begin - length, self.now - length)

    @property
    def utc_days(self) -> list[int]:
        """By the calendar's dates: what the model costs is counted by days of UTC."""
        return [(day.begin + day.ahead) // DAY for day in self.days]


@dataclass(frozen=True)
class Figures:
    days: Sequence[Counts]
    before: Counts
    spent: Sequence[Spent]
    spent_before: Spent
    hours: Sequence[int]  # questions by the hour of the day

    @property
    def total(self) -> Counts:
        return Counts(*(sum(column) for column in zip(*self.days, strict=True)))

    @property
    def spent_in_all(self) -> Spent:
        return Spent(*(sum(column) for column in zip(*self.spent, strict=True)))

    @property
    def is_empty(self) -> bool:
        return not any(self.total) and not any(self.before)


def percent(part: int, whole: int) -> int:
    """Rounded down: 100 is all of them."""
    return 100 * part // whole if whole else 0


def change(now: int, before: int) -> int | None:
    """In percent; None where there is nothing to compare with."""
    return round(100 * (now - before) / before) if before else None


def _spans(midnights: Sequence[datetime]) -> Iterator[Span]:
    for begin, end in zip(midnights, midnights[1:], strict=False):
        offset = begin.utcoffset() or timedelta()
        yield Span(int(begin.timestamp()), int(end.timestamp()), int(offset.total_seconds()))
