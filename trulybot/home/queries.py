"""All SQL about what the first page counts, and about the first steps of a team."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, text

from trulybot.home.models import QUARTER, Counts, Figures, Period, Span, Spent
from trulybot.kit.clock import now

MOST_COUNTED = 100
_SUMS = ", ".join(f"coalesce(sum({name}), 0)" for name in Counts._fields)

# Each span is a range of the primary key; a span in which nothing happened gives one row of zeros.
_COUNTS = f"""
    SELECT {_SUMS} FROM json_each(:spans) AS span
        LEFT JOIN quarter_hours ON quarter >= span.value ->> 0 AND quarter < span.value ->> 1
    GROUP BY span.key ORDER BY span.key
"""
_HOURS = """
    SELECT (quarter + span.value ->> 2) % 96 / 4 AS hour, sum(answered + refused + handed_over)
    FROM json_each(:spans) AS span
        JOIN quarter_hours ON quarter >= span.value ->> 0 AND quarter < span.value ->> 1
    GROUP BY hour
"""
_SPENT = """
    SELECT day, sum(cost), sum(prompt_tokens + completion_tokens) FROM model_use
    WHERE day >= :first AND day <= :last GROUP BY day
"""


def figures(connection: Connection, period: Period) -> Figures:
    *days, before = _counts(connection, [*period.days, period.before])
    utc_days = period.utc_days
    length = len(utc_days)
    spent = _spent(connection, utc_days[0] - length, utc_days[-1])
    return Figures(
        days,
        before,
        [spent.get(day, Spent()) for day in utc_days],
        Spent(*(sum(spent.get(day - length, Spent())[place] for day in utc_days) for place in range(2))),
        _hours(connection, period.days),
    )


def open_gaps(connection: Connection) -> int:
    """What they are about, counted up to MOST_COUNTED."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM gaps WHERE closed_at IS NULL GROUP BY about LIMIT :most)"
    number: int = connection.execute(text(sql), {"most": MOST_COUNTED}).scalar_one()
    return number


def are_first_steps_dismissed(connection: Connection) -> bool:
    return connection.execute(text("SELECT dismissed_at FROM first_steps")).scalar() is not None


def dismiss_first_steps(connection: Connection) -> None:
    connection.execute(text("UPDATE first_steps SET dismissed_at = coalesce(dismissed_at, :now)"), {"now": now()})


def _counts(connection: Connection, spans: Sequence[Span]) -> list[Counts]:
    return [Counts(*row) for row in connection.execute(text(_COUNTS), {"spans": _quarters(spans)})]


def _hours(connection: Connection, days: Sequence[Span]) -> list[int]:
    found: dict[int, int] = {
        hour: asked for hour, asked in connection.execute(text(_HOURS), {"spans": _quarters(days)})
    }
    return [found.get(hour, 0) for hour in range(24)]


def _spent(connection: Connection, first: int, last: int) -> dict[int, Spent]:
    rows = connection.execute(text(_SPENT), {"first": first, "last": last})
    return {day: Spent(cost, tokens) for day, cost, tokens in rows}


def _quarters(spans: Sequence[Span]) -> str:
    """Every time zone in use is ahead or behind by whole quarters of an hour."""
    return json.dumps([[span.begin // QUARTER, -(-span.end // QUARTER), span.ahead // QUARTER] for span in spans])
