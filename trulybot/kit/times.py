"""Times as a page says them: in the language, the time zone and the order of date that its reader chose."""

from datetime import datetime, tzinfo

from trulybot.kit import reader
from trulybot.kit.clock import DAY, HOUR, MINUTE, as_datetime
from trulybot.kit.texts import N_, _, ngettext

MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip


def ago(seconds: int, now: int) -> str:
    age = max(0, now - seconds)
    if age < MINUTE:
        return _("just now")
    if age < HOUR:
        return _("%(minutes)d min ago") % {"minutes": age // MINUTE}
    if age < DAY:
        return _("%(hours)d h ago") % {"hours": age // HOUR}
    if age < 7 * DAY:
        days = age // DAY
        return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}
    here, today = _local(seconds), _local(now)
    return _date(here, with_year=here.year != today.year)


def exact(seconds: int) -> str:
    """`24 Nov 2026, 15:04 UTC`."""
    here = _local(seconds)
    return f"{_date(here)}, {here:%H:%M} {here.tzname()}"


def day(seconds: int) -> str:
    """`24 Nov 2026`."""
    return _date(_local(seconds))


def day_of_year(seconds: int) -> str:
    """`24 Nov`."""
    return _date(_local(seconds), with_year=False)


def machine(seconds: int) -> str:
    """For the `datetime` of a `<time>`: UTC whoever reads it."""
    return as_datetime(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")


def zone(name: str) -> tzinfo:
    """UTC where there is no such zone, such as one that a newer system knew."""
    from zoneinfo import ZoneInfo  # not needed where nobody chose a zone

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _local(seconds: int) -> datetime:
    name = reader.current.get().time_zone
    return as_datetime(seconds) if name == "UTC" else as_datetime(seconds).astimezone(zone(name))


def _date(when: datetime, with_year: bool = True) -> str:
    month = _(MONTHS[when.month - 1])
    match reader.current.get().date_format:
        case "year first":
            return f"{when:%Y-%m-%d}" if with_year else f"{when:%m-%d}"
        case "month first":
            return f"{month} {when.day}, {when.year}" if with_year else f"{month} {when.day}"
        case _:
            return f"{when.day} {month} {when.year}" if with_year else f"{when.day} {month}"
