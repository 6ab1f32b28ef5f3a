"""All SQL about leads as such; what visitors left is in capture_queries.py."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, text

from trulybot.kit.clock import now
from trulybot.leads.models import Capture, Change, Lead, Note, Shift, Sought, Status, Values
from trulybot.preferences.models import OUR_NAMES

# Left in the same conversation or by the same visitor: that is proved, so told to them and believed of them.
OWN = "(conversation_id = :conversation OR visitor_id = :visitor)"

_COLUMNS = """
    id, status, email, phone, name, fields, created_at, captured_at,
        (SELECT conversation_id FROM lead_captures WHERE lead_id = leads.id AND conversation_id IS NOT NULL
            ORDER BY captured_at DESC, rowid DESC LIMIT 1) AS conversation,
        (SELECT count(*) FROM lead_notes WHERE lead_id = leads.id) AS note_count
"""
_LEAD = f"SELECT {_COLUMNS} FROM leads"

_SOUGHT = """
    (:status IS NULL OR status = :status) AND (:since IS NULL OR captured_at >= :since)
    AND (:words IS NULL OR instr(words, :words)) AND (NOT :email OR email IS NOT NULL)
    AND (NOT :phone OR phone IS NOT NULL)
"""


def has_lead_of(connection: Connection, conversation_id: str) -> bool:
    """Whether the visitor of this conversation left their details, here or elsewhere."""
    found = connection.execute(
        text(
            """
            SELECT 1 FROM lead_captures WHERE conversation_id = :id
                OR visitor_id = (SELECT visitor_id FROM conversations WHERE id = :id) LIMIT 1
            """
        ),
        {"id": conversation_id},
    )
    return found.scalar() is not None


def leads(connection: Connection, sought: Sought, most: int, before: tuple[int, str] | None = None) -> list[Lead]:
    """Those who last left something first; older than the given (captured_at, id)."""
    rows = connection.execute(
        text(
            f"""
            {_LEAD} WHERE {_SOUGHT} AND (:before_id IS NULL OR (captured_at, id) < (:before_at, :before_id))
            ORDER BY captured_at DESC, id DESC LIMIT :most
            """
        ),
        {
            **_conditions(sought),
            "before_at": before[0] if before else 0,
            "before_id": before[1] if before else None,
            "most": most,
        },
    )
    return [_lead(row) for row in rows]


def leads_after(connection: Connection, sought: Sought, place: int, most: int) -> list[tuple[int, Lead]]:
    """With their places in the order in which they were first known, which nothing changes."""
    rows = connection.execute(
        text(
            f"""
            SELECT leads.rowid AS place, {_COLUMNS} FROM leads WHERE {_SOUGHT} AND leads.rowid > :place
            ORDER BY leads.rowid LIMIT :most
            """
        ),
        {**_conditions(sought), "place": place, "most": most},
    )
    return [(row.place, _lead(row)) for row in rows]


def counts(connection: Connection) -> dict[str, int]:
    """How many leads have each status."""
    rows = connection.execute(text("SELECT status, count(*) FROM leads GROUP BY status"))
    return {status: number for status, number in rows}


def field_names(connection: Connection) -> list[str]:
    """All that is known of any lead beside the three that the workspace understands, in the order of the alphabet."""
    rows = connection.execute(text("SELECT DISTINCT key FROM leads, json_each(fields) ORDER BY key"))
    return list(rows.scalars())


def lead(connection: Connection, lead_id: str) -> Lead | None:
    """By its own id or by that of any of its captures, which is what a visitor was told."""
    row = connection.execute(
        text(f"{_LEAD} WHERE id = (SELECT lead_id FROM lead_captures WHERE id = :id)"), {"id": lead_id}
    ).one_or_none()
    return _lead(row) if row else None


def leads_by_id(connection: Connection, lead_ids: Sequence[str]) -> list[Lead]:
    """Those that there are."""
    query = f"{_LEAD} WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY captured_at DESC, id"
    return [_lead(row) for row in connection.execute(text(query), {"ids": json.dumps(lead_ids)})]


def lead_by_email(connection: Connection, email: str) -> Lead | None:
    row = connection.execute(text(f"{_LEAD} WHERE email = :email"), {"email": email}).one_or_none()
    return _lead(row) if row else None


def alike(connection: Connection, lead_id: str, most: int) -> list[Lead]:
    """Others with the same telephone number or name: they may be the same person."""
    query = f"""
        {_LEAD} WHERE id IN (
            SELECT other.id FROM leads AS own JOIN leads AS other ON other.phone = own.phone AND other.id != own.id
            WHERE own.id = :id
            UNION SELECT other.id FROM leads AS own JOIN leads AS other
            ON other.name = own.name COLLATE NOCASE AND other.id != own.id WHERE own.id = :id
        ) ORDER BY captured_at DESC, id LIMIT :most
    """
    return [_lead(row) for row in connection.execute(text(query), {"id": lead_id, "most": most})]


def absorb(connection: Connection, kept_id: str, other_id: str) -> None:
    """All that was left, changed, noted and sent of the other is the kept one's from now on; the other is gone."""
    given = {"kept": kept_id, "other": other_id}
    for table in ("lead_captures", "lead_changes", "lead_notes", "webhook_deliveries"):
        connection.execute(text(f"UPDATE {table} SET lead_id = :kept WHERE lead_id = :other"), given)
    connection.execute(
        text(
            """
            UPDATE leads SET created_at = min(leads.created_at, other.created_at),
                captured_at = max(leads.captured_at, other.captured_at)
            FROM (SELECT created_at, captured_at FROM leads WHERE id = :other) AS other WHERE leads.id = :kept
            """
        ),
        given,
    )
    connection.execute(text("DELETE FROM leads WHERE id = :other"), given)


def lead_with(connection: Connection, values: Values, capture: Capture) -> Lead | None:
    """The one that somebody who leaves these values is, as far as that can be told.

    An address is one person's. Else a visitor under whose lead nobody else left anything has now written something
    else. A line may be a household's or an office's, so it counts last, and not where two addresses contradict it.
    """
    row = connection.execute(
        text(
            f"""
            {_LEAD} WHERE id = coalesce(
                (SELECT id FROM leads WHERE email = :email),
                (SELECT lead_id FROM lead_captures AS own WHERE {OWN} AND NOT EXISTS (
                    SELECT 1 FROM lead_captures WHERE lead_id = own.lead_id AND {OWN} IS NOT TRUE
                ) ORDER BY captured_at DESC, rowid DESC LIMIT 1),
                (SELECT id FROM leads WHERE phone = :phone AND (email IS NULL OR :email IS NULL)
                    ORDER BY captured_at DESC, id LIMIT 1)
            )
            """
        ),
        {
            "email": values.get("email"),
            "phone": values.get("phone"),
            "conversation": capture.conversation,
            "visitor": capture.visitor,
        },
    ).one_or_none()
    return _lead(row) if row else None


def add(connection: Connection, lead_id: str, values: Values) -> None:
    connection.execute(
        text(
            """
            INSERT INTO leads (id, email, phone, name, fields, words, created_at, captured_at)
            VALUES (:id, :email, :phone, :name, :fields, :words, :now, :now)
            """
        ),
        {"id": lead_id, "now": now(), **_columns(values)},
    )


def rewrite(connection: Connection, lead_id: str, values: Values, shifts: list[Shift], author: str | None) -> None:
    """Its values from now on; what they were is kept with who changed them."""
    connection.execute(
        text(
            """
            UPDATE leads SET email = :email, phone = :phone, name = :name, fields = :fields, words = :words
            WHERE id = :id
            """
        ),
        {"id": lead_id, **_columns(values)},
    )
    for shift in shifts:
        _note_shift(connection, lead_id, shift, author)


def set_status(connection: Connection, lead_ids: Sequence[str], status: Status, author: str) -> list[str]:
    """The ids of those it is new to; unknown ones are passed over."""
    others = """
        status != :status AND id IN (
            SELECT lead_id FROM lead_captures WHERE id IN (SELECT value FROM json_each(:ids))
        )
    """
    given = {"ids": json.dumps(lead_ids), "status": status, "author": author, "now": now()}
    connection.execute(
        text(
            f"""
            INSERT INTO lead_changes (lead_id, author, field, was, became, changed_at)
            SELECT id, :author, 'status', status, :status, :now FROM leads WHERE {others}
            """
        ),
        given,
    )
    changed = connection.execute(text(f"UPDATE leads SET status = :status WHERE {others} RETURNING id"), given)
    return list(changed.scalars())


def changes(connection: Connection, lead_id: str) -> list[Change]:
    """Oldest first."""
    rows = connection.execute(
        text("SELECT author, field, was, became, changed_at FROM lead_changes WHERE lead_id = :id ORDER BY id"),
        {"id": lead_id},
    )
    return [Change(**row._mapping) for row in rows]


def notes_of(connection: Connection, lead_ids: Sequence[str]) -> dict[str, list[Note]]:
    """By the lead's id, oldest first."""
    rows = connection.execute(
        text(
            """
            SELECT lead_id, id, author, text, written_at FROM lead_notes
            WHERE lead_id IN (SELECT value FROM json_each(:leads)) ORDER BY id
            """
        ),
        {"leads": json.dumps(lead_ids)},
    )
    found: dict[str, list[Note]] = {lead_id: [] for lead_id in lead_ids}
    for row in rows:
        found[row.lead_id].append(Note(id=row.id, author=row.author, text=row.text, written_at=row.written_at))
    return found


def add_note(connection: Connection, lead_id: str, written: str, author: str) -> Note:
    row = connection.execute(
        text(
            """
            INSERT INTO lead_notes (lead_id, author, text, written_at) VALUES (:lead, :author, :text, :now)
            RETURNING id, author, text, written_at
            """
        ),
        {"lead": lead_id, "author": author, "text": written, "now": now()},
    ).one()
    return Note(**row._mapping)


def _note_shift(connection: Connection, lead_id: str, shift: Shift, author: str | None) -> None:
    connection.execute(
        text(
            """
            INSERT INTO lead_changes (lead_id, author, field, was, became, changed_at)
            VALUES (:lead, :author, :field, :was, :became, :now)
            """
        ),
        {"lead": lead_id, "author": author, "now": now(), **msgspec.structs.asdict(shift)},
    )


def _columns(values: Values) -> dict[str, str | None]:
    fields = {name: value for name, value in values.items() if name not in OUR_NAMES and value}
    own = {name: values.get(name) or None for name in OUR_NAMES}
    words = "\n".join(value for value in values.values() if value).casefold()
    return {**own, "fields": json.dumps(fields, ensure_ascii=False), "words": words}


def _conditions(sought: Sought) -> dict[str, object]:
    return {
        "status": sought.status,
        "since": sought.since,
        "words": sought.words.casefold() if sought.words else None,
        "email": "email" in sought.has,
        "phone": "phone" in sought.has,
    }


def _lead(row: Row[Any]) -> Lead:
    found = {name: getattr(row, name) for name in Lead.__struct_fields__}
    return Lead(**{**found, "fields": json.loads(row.fields)})
