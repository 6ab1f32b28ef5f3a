"""Leads are deleted at once for everybody, and can be had back for some days; then a job erases them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from trulybot.kit import jobs
from trulybot.kit.clock import DAY, HOUR, now
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_
from trulybot.leads import deleted_queries, queries, webhook_queries
from trulybot.leads.merging import merge_into
from trulybot.leads.models import Lead
from trulybot.leads.showing import title_of

ERASING = "erase deleted leads"
KEPT_FOR = 7 * DAY
AT_ONCE = 50
PAUSE = 0.02  # seconds between two steps, for the visitors'


def delete(connection: Connection, lead_ids: Sequence[str], actor: Actor) -> list[str]:
    """The ids of those that are gone now; unknown ones are passed over."""
    return delete_now(connection, lead_ids, actor)[0]


def delete_now(connection: Connection, lead_ids: Sequence[str], actor: Actor) -> tuple[list[str], int]:
    """And the moment, by which it can be undone."""
    found = [lead for lead_id in lead_ids if (lead := queries.lead(connection, lead_id))]
    gone = list({lead.id: lead for lead in found}.values())
    at = now()
    for lead in gone:
        deleted_queries.put_away(connection, lead.id, title_of(lead), actor.name, at)
    if len(gone) == 1:
        record(connection, actor, N_("Deleted a lead"), gone[0].id)
    elif gone:
        record(connection, actor, N_("Deleted leads"), detail=f"{len(gone):,}")
    return [lead.id for lead in gone], at


def undo_at(connection: Connection, at: int, actor: Actor) -> list[Lead]:
    """What they deleted at one moment."""
    return undo(connection, deleted_queries.ids_of(connection, actor.name, at), actor)


def undo(connection: Connection, lead_ids: Sequence[str], actor: Actor) -> list[Lead]:
    """Those that are back. One whose address somebody left again meanwhile becomes one with the lead that made."""
    back = [lead for lead_id in lead_ids if (lead := _put_back(connection, lead_id, actor.name))]
    for lead in back:
        record(connection, actor, N_("Undid the deletion of a lead"), lead.id)
    return back


def erase(connection: Connection, lead_id: str, actor: Actor) -> None:
    """At once and for good. Raises NotFound."""
    if not deleted_queries.forget(connection, lead_id):
        raise NotFound("This lead is not among the deleted ones. It may have been erased already.")
    record(connection, actor, N_("Erased a deleted lead"), lead_id)


@dataclass(frozen=True)
class Erasing:
    db: Database

    async def erase(self, _: str) -> None:
        """The job of each hour."""
        while await self.db.write(deleted_queries.erase_before, now() - KEPT_FOR, AT_ONCE):
            await asyncio.sleep(PAUSE)
        await self.db.write(_go_on)


def _put_back(connection: Connection, lead_id: str, author: str) -> Lead | None:
    held = deleted_queries.held(connection, lead_id)
    if held is None:
        return None
    (row,) = held["leads"]
    known = queries.lead_by_email(connection, row["email"]) if row["email"] else None
    deleted_queries.put_back(connection, {**held, "leads": [{**row, "email": None if known else row["email"]}]})
    deleted_queries.forget(connection, lead_id)
    if known:
        merge_into(connection, known.id, lead_id, author)
        return queries.lead(connection, known.id)
    return queries.lead(connection, lead_id)


def _go_on(connection: Connection) -> None:
    webhook_queries.clear(connection)
    jobs.enqueue(connection, ERASING, "", run_at=now() + HOUR)
