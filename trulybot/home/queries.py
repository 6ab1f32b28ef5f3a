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

_ANEW = """
    INSERT INTO quarter_hours
    SELECT at / 900, sum(conversations), sum(answered), sum(refused), sum(handed_over), sum(leads), sum(liked),
        sum(disliked)
    FROM (
        SELECT started_at AS at, 1 AS conversations, 0 AS answered, 0 AS refused, 0 AS handed_over, 0 AS leads,
            0 AS liked, 0 AS disliked
        FROM conversations
        UNION ALL SELECT asked_at, 0, kind IN ('curated', 'cached', 'quoted', 'generated'), kind = 'refused',
            kind = 'handover' AND record ->> 'decision' IS NOT 'a person answers', 0, 0, 0
        FROM turns WHERE state = 'done' AND kind <> 'greeting'
        UNION ALL SELECT created_at, 0, 0, 0, 0, 1, 0, 0 FROM leads
        UNION ALL SELECT asked_at, 0, 0, 0, 0, 0, vote = 'up', vote = 'down' FROM feedback JOIN turns ON id = turn_id
    ) GROUP BY at / 900
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


def has_conversation_of(connection: Connection, visitor_id: str) -> bool:
    sql = "SELECT 1 FROM conversations WHERE visitor_id = :visitor LIMIT 1"
    return connection.execute(text(sql), {"visitor": visitor_id}).scalar() is not None


def conversations_of(connection: Connection, visitor_id: str) -> list[str]:
    sql = "SELECT id FROM conversations WHERE visitor_id = :visitor"
    return list(connection.execute(text(sql), {"visitor": visitor_id}).scalars())


def leads_of(connection: Connection, visitor_id: str) -> list[str]:
    sql = "SELECT DISTINCT lead_id FROM lead_captures WHERE visitor_id = :visitor"
    return list(connection.execute(text(sql), {"visitor": visitor_id}).scalars())


def date_leads_of(connection: Connection, visitor_id: str) -> None:
    """They are as old as what was left last."""
    sql = """
        UPDATE leads SET created_at = captured_at
        WHERE id IN (SELECT lead_id FROM lead_captures WHERE visitor_id = :visitor)
    """
    connection.execute(text(sql), {"visitor": visitor_id})


def count_anew(connection: Connection) -> None:
    """From what is there now: what was counted of conversations that are gone is forgotten."""
    connection.execute(text("DELETE FROM quarter_hours"))
    connection.execute(text(_ANEW))


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
