"""Two leads turn out to be one person: all that was left, changed and noted of both stays, under one of them."""

from sqlalchemy import Connection

from trulybot.kit.errors import Conflict
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_
from trulybot.leads import queries
from trulybot.leads.following_up import found
from trulybot.leads.models import Lead, Shift, merged, shifts


def merge(connection: Connection, kept_id: str, other_id: str, actor: Actor) -> Lead:
    """The lead that is left. What both have and is different stays with the kept one; its history has the other’s.

    Raises NotFound, and Conflict where both are the same.
    """
    kept, other = found(connection, kept_id), found(connection, other_id)
    if kept.id == other.id:
        raise Conflict("Both are the same lead.")
    merge_into(connection, kept.id, other.id, actor.name)
    record(connection, actor, N_("Merged two leads"), kept.id, other.id)
    return found(connection, kept.id)


def merge_into(connection: Connection, kept_id: str, other_id: str, author: str) -> None:
    kept, other = queries.lead(connection, kept_id), queries.lead(connection, other_id)
    assert kept is not None and other is not None
    after = merged(kept.values, other.values, is_own=False)
    lost = [Shift(name, value, after[name]) for name, value in other.values.items() if value != after[name]]
    queries.absorb(connection, kept.id, other.id)
    queries.rewrite(connection, kept.id, after, [*shifts(kept.values, after), *lost], author)
