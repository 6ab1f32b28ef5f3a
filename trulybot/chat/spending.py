"""What the model may still be used for today and this month. Days and months are UTC's.

A ceiling is looked at before a call, so calls that are under way at that moment may go beyond it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from trulybot.chat import spending_queries as queries
from trulybot.kit.clock import DAY, as_datetime, now
from trulybot.kit.database import Database
from trulybot.llm.prices import Price
from trulybot.llm.speech import Usage
from trulybot.preferences.models import Preferences


@dataclass(frozen=True)
class Spending:
    db: Database
    price: Price | None
    clock: Callable[[], int] = now

    def has_reached_ceiling(self, preferences: Preferences) -> bool:
        return self.db.glance(_is_over, preferences, self.clock())

    async def note(self, model: str, usage: Usage) -> int | None:
        """Count it, and say what it cost in micro-dollars; None where that is not known."""
        cost = self.price.of(usage) if self.price else None
        await self.db.write(queries.note_use, self.clock() // DAY, model, usage, cost or 0)
        return cost


def _is_over(connection: Connection, preferences: Preferences, at: int) -> bool:
    ceilings = (
        (at // DAY, preferences.daily_tokens, preferences.daily_cost),
        (_first_of_month(as_datetime(at)), preferences.monthly_tokens, preferences.monthly_cost),
    )
    for since, tokens, cost in ceilings:
        if tokens is None and cost is None:
            continue
        spent = queries.spent_since(connection, since)
        if (tokens is not None and spent.tokens >= tokens) or (cost is not None and spent.cost >= cost):
            return True
    return False


def _first_of_month(moment: datetime) -> int:
    midnight = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return int(midnight.timestamp()) // DAY
