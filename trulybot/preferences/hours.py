"""When somebody is there: a week's hours in one time zone, and days off. Pure: hours and a time in, an answer out."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

DAYS_AHEAD = 366  # to look for the next opening
MIDNIGHT = "24:00"

Clock = Annotated[str, msgspec.Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$(?!\n)")]
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)")]


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From one time of day to a later one; 24:00 is the end of it."""

    opens: Clock
    closes: Clock

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("hours end after they begin")


class Hours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`week` has seven days from Monday on, None for one without hours; `closed` are days off such as 2026-12-25.

    With no day open, hours are not kept: nothing is said of them.
    """

    time_zone: Annotated[str, msgspec.Meta(max_length=64)] = "UTC"
    week: Annotated[tuple[Opening | None, ...], msgspec.Meta(min_length=7, max_length=7)] = (None,) * 7
    closed: Annotated[tuple[Day, ...], msgspec.Meta(max_length=100)] = ()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (ValueError, OSError, KeyError):
            raise ValueError("no such time zone: write one such as Europe/Berlin") from None
        for day in self.closed:
            date.fromisoformat(day)

    @property
    def are_kept(self) -> bool:
        return any(self.week)


def is_open(hours: Hours, at: datetime) -> bool:
    here = at.astimezone(ZoneInfo(hours.time_zone))
    opening = _on(hours, here.date())
    return opening is not None and opening.opens <= f"{here:%H:%M}" < opening.closes


def opens_next(hours: Hours, at: datetime) -> datetime | None:
    """The next opening after `at`, in the hours' own time zone; None where there is none within a year."""
    zone = ZoneInfo(hours.time_zone)
    here = at.astimezone(zone)
    for ahead in range(DAYS_AHEAD):
        day = here.date() + timedelta(days=ahead)
        opening = _on(hours, day)
        if opening and (begins := datetime.combine(day, time.fromisoformat(opening.opens), zone)) > here:
            return begins
    return None


def _on(hours: Hours, day: date) -> Opening | None:
    return None if day.isoformat() in hours.closed else hours.week[day.weekday()]
