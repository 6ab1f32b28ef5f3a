"""Leads as a table, read and sent a few hundred at a time, so that any number of them costs the same memory."""

from collections.abc import AsyncIterator
from typing import NamedTuple

from sqlalchemy import Connection

from trulybot.kit.database import Database
from trulybot.kit.spreadsheets import MARK, row
from trulybot.kit.times import machine
from trulybot.leads import capture_queries, queries
from trulybot.leads.models import Capture, Lead, Note, Sought

AT_ONCE = 500

BEFORE = ("id", "status", "name", "email", "phone")
AFTER = ("consent", "consent_at", "page", "locale", "conversation", "first_left_at", "last_left_at", "notes")


async def table_of(db: Database, sought: Sought) -> AsyncIterator[str]:
    """Those who were known first come first; the first line names the columns."""
    names = await db.read(queries.field_names)
    yield MARK + row(_columns(names))
    place = 0
    while some := await db.read(_next, sought, place):
        place = some[-1].place
        yield "".join(_line(known, names) for known in some)


def column_of(name: str) -> str:
    """A field may be called like a column of ours."""
    return f"form_{name}" if name in (*BEFORE, *AFTER) else name


def _columns(names: list[str]) -> list[str]:
    return [*BEFORE, *map(column_of, names), *AFTER]


class _Known(NamedTuple):
    place: int
    lead: Lead
    captures: list[Capture]
    notes: list[Note]


def _next(connection: Connection, sought: Sought, place: int) -> list[_Known]:
    some = queries.leads_after(connection, sought, place, AT_ONCE)
    ids = [lead.id for _, lead in some]
    captures, notes = capture_queries.captures_of(connection, ids), queries.notes_of(connection, ids)
    return [_Known(at, lead, captures[lead.id], notes[lead.id]) for at, lead in some]


def _line(known: _Known, names: list[str]) -> str:
    lead, last = known.lead, known.captures[-1]
    agreed = next((capture for capture in reversed(known.captures) if capture.consent), None)
    cells = {
        **{column_of(name): value for name, value in lead.fields.items()},
        "id": lead.id,
        "status": lead.status,
        "name": lead.name,
        "email": lead.email,
        "phone": lead.phone,
        "consent": agreed and agreed.consent,
        "consent_at": agreed and machine(agreed.captured_at),
        "page": last.page,
        "locale": last.locale,
        "conversation": lead.conversation,
        "first_left_at": machine(lead.created_at),
        "last_left_at": machine(lead.captured_at),
        "notes": "\n".join(note.text for note in known.notes),
    }
    return row(cells.get(column) or "" for column in _columns(names))
