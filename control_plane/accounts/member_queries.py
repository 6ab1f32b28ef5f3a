"""All SQL about who is in which workspace."""

from typing import Any, cast

import msgspec
from sqlalchemy import Connection, text

from control_plane.accounts.models import Invitation, Member, Membership
from trulybot.kit.clock import now
from trulybot.kit.ranks import Rank


def add(connection: Connection, workspace_id: str, account_id: int, role: Rank) -> bool:
    """Whether they were not in it yet, and it had no owner if that is what they become."""
    sql = (
        "INSERT INTO members (workspace_id, account_id, role, joined_at) VALUES (:workspace, :account, :role, :now) "
        "ON CONFLICT DO NOTHING"
    )
    values = {"workspace": workspace_id, "account": account_id, "role": role, "now": now()}
    return connection.execute(text(sql), values).rowcount == 1


def role_in(connection: Connection, workspace_id: str, account_id: int) -> Rank | None:
    sql = "SELECT role FROM members WHERE workspace_id = :workspace AND account_id = :account"
    found = connection.execute(text(sql), {"workspace": workspace_id, "account": account_id}).scalar()
    return cast(Rank | None, found)


def owned_by(connection: Connection, account_id: int) -> int:
    """How many workspaces they own."""
    sql = "SELECT count(*) FROM members WHERE account_id = :account AND role = 'owner'"
    count: int = connection.execute(text(sql), {"account": account_id}).scalar_one()
    return count


def owners_email(connection: Connection, workspace_id: str) -> str | None:
    sql = (
        "SELECT email FROM members JOIN accounts ON accounts.id = account_id "
        "WHERE workspace_id = :workspace AND members.role = 'owner'"
    )
    return connection.execute(text(sql), {"workspace": workspace_id}).scalar()


def is_member(connection: Connection, workspace_id: str, email: str) -> bool:
    sql = (
        "SELECT 1 FROM members JOIN accounts ON accounts.id = account_id "
        "WHERE workspace_id = :workspace AND email = :email"
    )
    return connection.execute(text(sql), {"workspace": workspace_id, "email": email}).scalar() is not None


def workspaces_of(connection: Connection, account_id: int) -> list[Membership]:
    """What they own first, then as they joined."""
    sql = (
        "SELECT workspace_id, role FROM members WHERE account_id = :account "
        "ORDER BY role != 'owner', joined_at, workspace_id"
    )
    return [Membership(*row) for row in connection.execute(text(sql), {"account": account_id})]


def members(connection: Connection, workspace_id: str) -> list[Member]:
    """The owner first, then by the address."""
    sql = (
        "SELECT members.account_id, email, members.role, joined_at, seen_at, "
        "second_steps.confirmed_at IS NOT NULL AS has_two_steps "
        "FROM members JOIN accounts ON accounts.id = members.account_id "
        "LEFT JOIN second_steps ON second_steps.account_id = members.account_id "
        "WHERE workspace_id = :workspace ORDER BY members.role != 'owner', email"
    )
    rows = connection.execute(text(sql), {"workspace": workspace_id}).mappings()
    return [msgspec.convert({**row, "has_two_steps": bool(row["has_two_steps"])}, Member) for row in rows]


def set_role(connection: Connection, workspace_id: str, account_id: int, role: Rank) -> bool:
    """Whether that was a member other than the owner."""
    sql = (
        "UPDATE members SET role = :role WHERE workspace_id = :workspace AND account_id = :account AND role != 'owner'"
    )
    return _changed(connection, sql, workspace=workspace_id, account=account_id, role=role)


def remove(connection: Connection, workspace_id: str, account_id: int) -> bool:
    """Whether that was a member other than the owner."""
    sql = "DELETE FROM members WHERE workspace_id = :workspace AND account_id = :account AND role != 'owner'"
    return _changed(connection, sql, workspace=workspace_id, account=account_id)


def hand_over(connection: Connection, workspace_id: str, owner_id: int, account_id: int) -> bool:
    """Whether the one was the owner and the other a member: first the place is left, then it is taken."""
    left = (
        "UPDATE members SET role = 'admin' WHERE workspace_id = :workspace AND account_id = :owner AND role = 'owner' "
        "AND :account IN (SELECT account_id FROM members WHERE workspace_id = :workspace)"
    )
    taken = "UPDATE members SET role = 'owner' WHERE workspace_id = :workspace AND account_id = :account"
    if owner_id == account_id or not _changed(
        connection, left, workspace=workspace_id, owner=owner_id, account=account_id
    ):
        return False
    return _changed(connection, taken, workspace=workspace_id, account=account_id)


def invitations(connection: Connection, workspace_id: str) -> list[Invitation]:
    """Those that still work, the latest first."""
    sql = (
        "SELECT id, email, role, expires_at FROM one_time_links "
        "WHERE workspace_id = :workspace AND expires_at > :now ORDER BY id DESC"
    )
    rows = connection.execute(text(sql), {"workspace": workspace_id, "now": now()}).mappings()
    return [msgspec.convert(dict(row), Invitation) for row in rows]


def withdraw_from(connection: Connection, workspace_id: str, email: str) -> None:
    sql = "DELETE FROM one_time_links WHERE workspace_id = :workspace AND email = :email"
    connection.execute(text(sql), {"workspace": workspace_id, "email": email})


def withdraw(connection: Connection, workspace_id: str, invitation_id: int) -> str | None:
    """The address that was invited; None when there is no such invitation to this workspace."""
    sql = "DELETE FROM one_time_links WHERE workspace_id = :workspace AND id = :id RETURNING email"
    return connection.execute(text(sql), {"workspace": workspace_id, "id": invitation_id}).scalar()


def _changed(connection: Connection, sql: str, **values: Any) -> bool:
    return connection.execute(text(sql), values).rowcount == 1
