"""All SQL about who of the team is told of leads, and what they were told."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, text

from trulybot.kit import outbox
from trulybot.kit.reader import Reader

_WANTED = "coalesce((SELECT is_wanted FROM lead_mail WHERE staff_id = staff.id), role = 'owner')"


class Watcher(msgspec.Struct, frozen=True):
    """A teammate; `is_told` is whether each lead is mailed to them."""

    id: int
    email: str
    language: str
    time_zone: str
    date_format: str
    is_told: bool

    @property
    def reader(self) -> Reader:
        return msgspec.convert(
            (self.language or "en", self.time_zone or "UTC", self.date_format or "day first"), Reader
        )


def watchers(connection: Connection) -> list[Watcher]:
    """The whole team, the owner first."""
    query = f"""
        SELECT id, email, language, time_zone, date_format, {_WANTED} AS is_told FROM staff
        ORDER BY role != 'owner', email
    """
    return [_watcher(row) for row in connection.execute(text(query)).mappings()]


def tell(connection: Connection, staff_ids: Collection[int]) -> None:
    """These of the team, and nobody else of it."""
    connection.execute(text("DELETE FROM lead_mail"))
    for person in watchers(connection):
        connection.execute(
            text("INSERT INTO lead_mail (staff_id, is_wanted) VALUES (:id, :wanted)"),
            {"id": person.id, "wanted": person.id in staff_ids},
        )


def mail_key(capture_id: str) -> str:
    """What the keys of the mails about it begin with."""
    return f"lead {capture_id} "


def forget_mails(connection: Connection, lead_id: str) -> None:
    """All that was mailed about a lead, or waits to be."""
    query = "SELECT id FROM lead_captures WHERE lead_id = :id"
    for capture_id in connection.execute(text(query), {"id": lead_id}).scalars().all():
        outbox.withdraw(connection, mail_key(capture_id))


def _watcher(row: Any) -> Watcher:
    return msgspec.convert({**row, "is_told": bool(row["is_told"])}, Watcher)
