"""All SQL about who is in which workspace."""

from typing import cast

from sqlalchemy import Connection, text

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
