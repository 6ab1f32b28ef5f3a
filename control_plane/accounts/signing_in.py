"""With an e-mail address and a password, to a session, or to the second step before it."""

from sqlalchemy import Connection

from control_plane.accounts import guessing, queries, sessions, two_step
from control_plane.accounts.models import Account
from trulybot.kit import passwords
from trulybot.kit.clock import HOUR
from trulybot.kit.database import Database
from trulybot.kit.errors import Unauthenticated
from trulybot.kit.events import Actor, record, record_some
from trulybot.kit.limits import Limit
from trulybot.kit.sessions import Arrival, Entry
from trulybot.kit.texts import N_

# Beside guessing.py, for the work that judging a password is.
SIGNING_IN = Limit("signing in", times=30, seconds=300)
CONFIRMING = Limit("confirming with a password or a code", times=30, seconds=300)
MOST_REFUSED = 200  # refused sign-ins an hour that the audit log keeps


class WrongPassword(Unauthenticated):
    def __init__(self) -> None:
        super().__init__(N_("This e-mail address and password do not go together. Check both, or set a new password."))


async def sign_in(db: Database, email: str, password: str, arrival: Arrival) -> Entry:
    """Raises WrongPassword and MustWait, which do not tell whether there is such an account, nor by their time."""
    await db.write(guessing.begin, guessing.at_password(email), guessing.by_client(arrival.address))
    account = await db.read(queries.account_with, email)
    if not await passwords.is_right(password, account.password_hash if account else None) or account is None:
        # Only a known address is written down: who types in a hurry puts a password where the address belongs.
        await db.write(_note_refused, account.email if account else "", arrival)
        raise WrongPassword
    return await db.write(_first_step_done, account, arrival)


async def change_password(db: Database, account_id: int, current: str, new: str, arrival: Arrival) -> str:
    """Ends every session of the person and begins one; raises WrongPassword when `current` is not theirs."""
    await require_password(db, account_id, current)
    return await db.write(_change_password, account_id, await passwords.hash_of(new), arrival)


async def require_password(db: Database, account_id: int, password: str) -> None:
    """Raises WrongPassword unless it is the account's, and MustWait: a stolen session helps nobody to guess on."""
    account = await db.read(queries.account, account_id)
    if account is None:
        raise WrongPassword
    await db.write(guessing.begin, guessing.at_password(account.email))
    if not await passwords.is_right(password, account.password_hash):
        raise WrongPassword
    await db.write(guessing.was_right, guessing.at_password(account.email))


def _note_refused(connection: Connection, email: str, arrival: Arrival) -> None:
    actor = Actor("", arrival.address)
    record_some(connection, actor, N_("Sign-in refused"), email, most=MOST_REFUSED, seconds=HOUR)


def _first_step_done(connection: Connection, account: Account, arrival: Arrival) -> Entry:
    guessing.was_right(connection, guessing.at_password(account.email), guessing.by_client(arrival.address))
    return two_step.first_step_done(connection, account.id, arrival)


def _change_password(connection: Connection, account_id: int, password_hash: str, arrival: Arrival) -> str:
    sessions.replace_password(connection, account_id, password_hash)
    token = sessions.begin(connection, account_id, arrival)
    account = queries.account(connection, account_id)
    assert account is not None
    record(connection, Actor(account.email, arrival.address), N_("Changed their password"))
    return token
