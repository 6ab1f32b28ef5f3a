"""The one row of choices."""

from typing import Annotated, Any, get_args, get_origin

import msgspec
from sqlalchemy import Connection, text

from trulybot.kit.clock import now
from trulybot.preferences.models import Preferences


def preferences(connection: Connection) -> Preferences:
    """The owner's choices, or the defaults where nothing was chosen yet."""
    stored = connection.execute(text("SELECT choices FROM preferences")).scalar()
    if stored is None:
        return Preferences()
    try:
        return msgspec.json.decode(stored, type=Preferences)
    except msgspec.ValidationError:
        return msgspec.convert(_known(msgspec.json.decode(stored), Preferences), Preferences)


def begin(connection: Connection, bot_name: str) -> None:
    """With this name, if it is one, in place of our own, where nothing was chosen yet."""
    if bot_name and connection.execute(text("SELECT count(*) FROM preferences")).scalar_one() == 0:
        save(connection, Preferences(bot_name=bot_name))


def save(connection: Connection, chosen: Preferences) -> Preferences:
    connection.execute(
        text(
            "INSERT INTO preferences (id, choices, changed_at) VALUES (1, :choices, :now) "
            "ON CONFLICT (id) DO UPDATE SET choices = excluded.choices, changed_at = excluded.changed_at"
        ),
        {"choices": msgspec.json.encode(chosen).decode(), "now": now()},
    )
    return chosen


def change(connection: Connection, before: Preferences, changes: dict[str, object]) -> Preferences:
    """Replace the named choices only; raises msgspec.ValidationError on one that is not allowed."""
    return save(connection, changed(before, changes))


def changed(before: Preferences, changes: dict[str, object]) -> Preferences:
    return msgspec.convert(_merged(msgspec.to_builtins(before), changes), Preferences)


def _merged(current: dict[str, Any], changes: dict[str, object]) -> dict[str, object]:
    """A choice that is a group of choices keeps those that are not named."""
    return current | {
        name: {**current[name], **value} if isinstance(value, dict) and isinstance(current.get(name), dict) else value
        for name, value in changes.items()
    }


def _known(stored: Any, kind: Any) -> Any:
    """Without what this version does not know: a choice that another version made must not stop it."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if isinstance(stored, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        kinds = {field.name: field.type for field in msgspec.structs.fields(kind)}
        return {name: _known(value, kinds[name]) for name, value in stored.items() if name in kinds}
    if isinstance(stored, list) and get_origin(kind) is tuple:
        return [_known(value, get_args(kind)[0]) for value in stored]
    return stored
