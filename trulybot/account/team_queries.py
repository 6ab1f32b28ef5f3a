"""All SQL about teammates as a team, and those who are invited to it."""

from typing import Any

import msgspec
from sqlalchemy import Connection, text

from trulybot.account.models import Invitation, Teammate
from trulybot.kit.clock import now
from trulybot.kit.ranks import Rank


def teammates(connection: Connection) -> list[Teammate]:
    """The owner first, then by the address."""
    sql = (
        "SELECT id, email, role, seen_at, shown_as, "
        "EXISTS (SELECT 1 FROM second_steps WHERE staff_id = staff.id AND confirmed_at IS NOT NULL) AS has_two_steps "
        "FROM staff ORDER BY role != 'owner', email"
    )
    rows = connection.execute(text(sql)).mappings()
    return [msgspec.convert({**row, "has_two_steps": bool(row["has_two_steps"])}, Teammate) for row in rows]


def set_role(connection: Connection, staff_id: int, role: Rank) -> bool:
    """Whether that was somebody other than the owner."""
    sql = "UPDATE staff SET role = :role WHERE id = :id AND role != 'owner'"
    return _changed(connection, sql, role=role, id=staff_id) == 1


def remove(connection: Connection, staff_id: int) -> bool:
    """Their sessions and links go along. Whether that was somebody other than the owner."""
    return _changed(connection, "DELETE FROM staff WHERE id = :id AND role != 'owner'", id=staff_id) == 1


def hand_over(connection: Connection, owner_id: int, staff_id: int) -> bool:
    """Whether the one was the owner and the other is there: first the place is left, then it is taken."""
    left = "UPDATE staff SET role = 'admin' WHERE id = :owner AND role = 'owner' AND :id IN (SELECT id FROM staff)"
    if owner_id == staff_id or _changed(connection, left, owner=owner_id, id=staff_id) != 1:
        return False
    return _changed(connection, "UPDATE staff SET role = 'owner' WHERE id = :id", id=staff_id) == 1


def invitations(connection: Connection) -> list[Invitation]:
    """Those that still work, the latest first."""
    sql = (
        "SELECT id, email, role, expires_at FROM one_time_links "
        "WHERE purpose = 'invitation' AND expires_at > :now ORDER BY id DESC"
    )
    rows = connection.execute(text(sql), {"now": now()}).mappings()
    return [msgspec.convert(dict(row), Invitation) for row in rows]


def withdraw_from(connection: Connection, email: str) -> None:
    sql = "DELETE FROM one_time_links WHERE purpose = 'invitation' AND email = :email"
    connection.execute(text(sql), {"email": email})


def withdraw(connection: Connection, invitation_id: int) -> str | None:
    """The address that was invited; None when there is no such invitation."""
    sql = "DELETE FROM one_time_links WHERE purpose = 'invitation' AND id = :id RETURNING email"
    return connection.execute(text(sql), {"id": invitation_id}).scalar()


def _changed(connection: Connection, sql: str, **values: Any) -> int:
    return connection.execute(text(sql), values).rowcount
