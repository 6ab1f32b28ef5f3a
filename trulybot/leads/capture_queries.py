"""All SQL about what visitors left, each time they did."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from trulybot.leads.models import Capture
from trulybot.leads.queries import OWN

_CAPTURE = """
    SELECT id, lead_id, conversation_id AS conversation, visitor_id AS visitor, fields, consent, page, locale,
        captured_at
    FROM lead_captures
"""


def asked_for(connection: Connection, request: str) -> Capture | None:
    """What was left under this request before."""
    row = connection.execute(text(f"{_CAPTURE} WHERE request = :request"), {"request": request}).one_or_none()
    return _capture(row) if row else None


def first_in(connection: Connection, conversation_id: str) -> str | None:
    """The id of what was first left in this conversation."""
    return first_of(connection, conversation_id, None)


def first_of(connection: Connection, conversation_id: str | None, visitor_id: str | None) -> str | None:
    """The id of what was first left in this conversation or by this visitor."""
    found: str | None = connection.execute(
        text(f"SELECT id FROM lead_captures WHERE {OWN} ORDER BY captured_at, rowid LIMIT 1"),
        {"conversation": conversation_id, "visitor": visitor_id},
    ).scalar()
    return found


def last_left_in(connection: Connection, conversation_id: str) -> int | None:
    """When something was last left in this conversation."""
    found: int | None = connection.execute(
        text("SELECT max(captured_at) FROM lead_captures WHERE conversation_id = :id"), {"id": conversation_id}
    ).scalar()
    return found


def is_anybodys_else(connection: Connection, lead_id: str, capture: Capture) -> bool:
    """Whether anything was left of a lead by somebody who may be another than who leaves this."""
    found = connection.execute(
        text(f"SELECT 1 FROM lead_captures WHERE lead_id = :lead AND {OWN} IS NOT TRUE LIMIT 1"),
        {"lead": lead_id, "conversation": capture.conversation, "visitor": capture.visitor},
    )
    return found.scalar() is not None


def captures_of(connection: Connection, lead_ids: Sequence[str]) -> dict[str, list[Capture]]:
    """By the lead's id, oldest first."""
    rows = connection.execute(
        text(
            f"""
            {_CAPTURE} WHERE lead_id IN (SELECT value FROM json_each(:leads)) ORDER BY captured_at, rowid
            """
        ),
        {"leads": json.dumps(lead_ids)},
    )
    found: dict[str, list[Capture]] = {lead_id: [] for lead_id in lead_ids}
    for row in rows:
        found[row.lead_id].append(_capture(row))
    return found


def captures_by(connection: Connection, conversation_id: str, visitor_id: str | None) -> list[Capture]:
    """What was left in this conversation or by this visitor, the latest first."""
    query = f"{_CAPTURE} WHERE {OWN} ORDER BY captured_at DESC, rowid DESC LIMIT 20"
    given = {"conversation": conversation_id, "visitor": visitor_id}
    return [_capture(row) for row in connection.execute(text(query), given)]


def number_since(connection: Connection, capture: Capture, since: int, most: int) -> int:
    """The how-manieth since then it is that somebody left their details; counted up to `most`."""
    query = """
        SELECT count(*) FROM (
            SELECT 1 FROM lead_captures WHERE captured_at >= :since
            AND rowid <= (SELECT rowid FROM lead_captures WHERE id = :id) LIMIT :most
        )
    """
    values = {"since": since, "id": capture.id, "most": most}
    number: int = connection.execute(text(query), values).scalar_one()
    return number


def add(connection: Connection, lead_id: str, capture: Capture, request: str | None) -> None:
    """A conversation that was deleted meanwhile is left out."""
    connection.execute(
        text(
            """
            INSERT INTO lead_captures (
                id, lead_id, conversation_id, visitor_id, request, fields, consent, page, locale, captured_at
            ) VALUES (
                :id, :lead, (SELECT id FROM conversations WHERE id = :conversation), :visitor, :request, :fields,
                :consent, :page, :locale, :at
            )
            """
        ),
        {
            "id": capture.id,
            "lead": lead_id,
            "conversation": capture.conversation,
            "visitor": capture.visitor,
            "request": request,
            "fields": json.dumps(capture.fields, ensure_ascii=False),
            "consent": capture.consent,
            "page": capture.page,
            "locale": capture.locale,
            "at": capture.captured_at,
        },
    )
    connection.execute(
        text("UPDATE leads SET captured_at = :at WHERE id = :lead"), {"lead": lead_id, "at": capture.captured_at}
    )


def _capture(row: Row[Any]) -> Capture:
    found = {name: getattr(row, name) for name in Capture.__struct_fields__}
    return Capture(**{**found, "fields": json.loads(row.fields)})
