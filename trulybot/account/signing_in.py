"""With an e-mail address and a password, to a session, or to the second step before it."""

from sqlalchemy import Connection

from trulybot.account import queries, sessions, two_step
from trulybot.kit import passwords
from trulybot.kit.clock import HOUR
from trulybot.kit.database import Database
from trulybot.kit.errors import Unauthenticated
from trulybot.kit.events import Actor, record, record_some
from trulybot.kit.limits import Limit, Limits
from trulybot.kit.sessions import Arrival, Entry
from trulybot.kit.texts import N_

CONFIRMING = Limit("confirming with a password or a code", times=30, seconds=300)
# Beside the limit per client: many machines that guess at one person's password share this one.
GUESSES = Limit("guesses at one password", times=20, seconds=900)
MOST_REFUSED = 200  # refused sign-ins an hour that the audit log keeps


class WrongPassword(Unauthenticated):
    def __init__(self) -> None:
        super().__init__(N_("This e-mail address and password do not go together. Check both, or use a one-time link."))


async def sign_in(db: Database, limits: Limits, email: str, password: str, arrival: Arrival) -> Entry:
    """Raises WrongPassword, which does not tell whether there is such a person."""
    limits.spend(GUESSES, email.casefold())
    staff = await db.read(queries.staff_with, email)
    if not await passwords.is_right(password, staff.password_hash if staff else None) or staff is None:
        # Only a known address is written down: who types in a hurry puts a password where the address belongs.
        await db.write(_note_refused, staff.email if staff else "", arrival)
        raise WrongPassword
    return await db.write(two_step.first_step_done, staff.id, arrival)


async def change_password(db: Database, staff_id: int, current: str, new: str, arrival: Arrival) -> str:
    """Ends every session of the person and begins one; raises WrongPassword when `current` is not theirs."""
    await require_password(db, staff_id, current)
    return await db.write(_change_password, staff_id, await passwords.hash_of(new), arrival)


async def require_password(db: Database, staff_id: int, password: str) -> None:
    """Raises WrongPassword unless it is the person's."""
    staff = await db.read(queries.staff_by, staff_id)
    if staff is None or not await passwords.is_right(password, staff.password_hash):
        raise WrongPassword


def _note_refused(connection: Connection, email: str, arrival: Arrival) -> None:
    actor = Actor("", arrival.address)
    record_some(connection, actor, N_("Sign-in refused"), email, most=MOST_REFUSED, seconds=HOUR)


def _change_password(connection: Connection, staff_id: int, password_hash: str, arrival: Arrival) -> str:
    sessions.replace_password(connection, staff_id, password_hash)
    token = sessions.begin(connection, staff_id, arrival)
    staff = queries.staff_by(connection, staff_id)
    assert staff is not None
    record(connection, Actor(staff.email, arrival.address), N_("Changed their password"))
    return token
