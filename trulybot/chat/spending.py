"""What the model was used for, and whether it still may be, today and this month. Days and months are UTC's.

A ceiling is looked at before a call, so calls that are under way at that moment may go beyond it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from trulybot.chat import spending_queries as queries
from trulybot.chat.spending_queries import Spent
from trulybot.kit.clock import DAY, as_datetime, now
from trulybot.kit.database import Database
from trulybot.llm.prices import Price
from trulybot.llm.speech import Usage
from trulybot.preferences.models import Preferences


@dataclass(frozen=True, slots=True)
class Used:
    today: Spent
    this_month: Spent


@dataclass(frozen=True)
class Spending:
    db: Database
    price: Price | None
    clock: Callable[[], int] = now

    def used(self) -> Used:
        return self.db.glance(_used, self.clock())

    def has_reached_ceiling(self, preferences: Preferences) -> bool:
        chosen = (
            preferences.daily_tokens,
            preferences.daily_cost,
            preferences.monthly_tokens,
            preferences.monthly_cost,
        )
        if all(ceiling is None for ceiling in chosen):
            return False
        used = self.used()
        spent = (used.today.tokens, used.today.cost, used.this_month.tokens, used.this_month.cost)
        return any(ceiling is not None and so_far >= ceiling for ceiling, so_far in zip(chosen, spent, strict=True))

    async def note(self, model: str, usage: Usage) -> int | None:
        """Count it, and say what it cost in micro-dollars; None where that is not known."""
        cost = self.price.of(usage) if self.price else None
        await self.db.write(queries.note_use, self.clock() // DAY, model, usage, cost or 0)
        return cost


def _used(connection: Connection, at: int) -> Used:
    since = _first_of_month(as_datetime(at))
    return Used(queries.spent_since(connection, at // DAY), queries.spent_since(connection, since))


def _first_of_month(moment: datetime) -> int:
    midnight = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return int(midnight.timestamp()) // DAY
