"""The one row of choices."""

import msgspec
from sqlalchemy import Connection, text

from trulybot.kit.clock import now
from trulybot.preferences.models import Preferences


def preferences(connection: Connection) -> Preferences:
    """The owner's choices, or the defaults where nothing was chosen yet."""
    stored = connection.execute(text("SELECT choices FROM preferences")).scalar()
    return Preferences() if stored is None else msgspec.convert(msgspec.json.decode(stored), _Stored)


def save(connection: Connection, chosen: Preferences) -> Preferences:
    connection.execute(
        text(
            "INSERT INTO preferences (id, choices, changed_at) VALUES (1, :choices, :now) "
            "ON CONFLICT (id) DO UPDATE SET choices = excluded.choices, changed_at = excluded.changed_at"
        ),
        {"choices": msgspec.json.encode(chosen).decode(), "now": now()},
    )
    return chosen


def change(connection: Connection, changes: dict[str, object]) -> Preferences:
    """Replace the named choices only; raises msgspec.ValidationError on one that is not allowed."""
    current = msgspec.to_builtins(preferences(connection))
    return save(connection, msgspec.convert({**current, **changes}, Preferences))


class _Stored(Preferences, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """Read leniently: a choice that a later version dropped must not stop this one."""
