"""All SQL about being sent in by the console."""

from sqlalchemy import Connection, text

from trulybot.contract import Pass
from trulybot.kit.clock import now
from trulybot.kit.ranks import Rank

NO_PASSWORD = ""  # the hash of none


def use(connection: Connection, shown: Pass) -> bool:
    """Whether this is the first time it is shown; those that have expired need not be known any more."""
    connection.execute(text("DELETE FROM used_passes WHERE expires_at <= :now"), {"now": now()})
    sql = "INSERT INTO used_passes (nonce, expires_at) VALUES (:nonce, :expires_at) ON CONFLICT DO NOTHING"
    return connection.execute(text(sql), {"nonce": shown.nonce, "expires_at": shown.expires_at}).rowcount == 1


def welcome(connection: Connection, email: str, role: Rank) -> int:
    """The id of the person, who has this role from now on; an owner before them is an admin."""
    if role == "owner":
        sql = "UPDATE staff SET role = 'admin' WHERE role = 'owner' AND email != :email"
        connection.execute(text(sql), {"email": email})
    sql = (
        "INSERT INTO staff (email, password_hash, role, created_at) VALUES (:email, :none, :role, :now) "
        "ON CONFLICT (email) DO UPDATE SET role = excluded.role RETURNING id"
    )
    values = {"email": email, "none": NO_PASSWORD, "role": role, "now": now()}
    staff_id: int = connection.execute(text(sql), values).scalar_one()
    return staff_id


def end_sessions_beyond(connection: Connection, latest: int) -> None:
    """Those that began where people still signed in here."""
    connection.execute(text("DELETE FROM sessions WHERE ends_at > :latest"), {"latest": latest})
