"""The second step of signing in: a code that an authenticator app shows, or a recovery code (kit/codes.py).

The secret is stored as it is: a key to it would lie in the same database. It is shown once, before it counts.
"""

from sqlalchemy import Connection

from control_plane.accounts import guessing, queries, sessions
from control_plane.accounts import two_step_queries as steps
from control_plane.accounts.models import SECOND_STEP_LIFETIME
from trulybot.kit import codes
from trulybot.kit.clock import HOUR, now
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Unauthenticated
from trulybot.kit.events import Actor, record, record_some
from trulybot.kit.security import hashed, new_token
from trulybot.kit.sessions import Arrival, Entry
from trulybot.kit.texts import N_

MOST_REFUSED = 200  # an hour that the audit log keeps


class WrongCode(Unauthenticated):
    def __init__(self) -> None:
        super().__init__(
            N_("This code is wrong or was used already. Wait for the next one, and check the clock of your phone.")
        )


class NotBegun(Unauthenticated):
    def __init__(self) -> None:
        super().__init__(N_("That took too long. Sign in again."))


def first_step_done(connection: Connection, account_id: int, arrival: Arrival) -> Entry:
    """A session, or, for whoever has a second step, a token with which to do that."""
    if not is_on(connection, account_id):
        return Entry(session=sessions.begin(connection, account_id, arrival))
    token = new_token()
    queries.add_link(connection, "second step", hashed(token), SECOND_STEP_LIFETIME, account_id=account_id)
    return Entry(second_step=token)


async def second_step(db: Database, token: str, code: str, arrival: Arrival) -> str:
    """The session token; raises WrongCode, after which the same token may be tried again, NotBegun and MustWait."""
    link = await db.read(queries.link, hashed(token))
    if link is None or link.purpose != "second step" or link.account_id is None:
        raise NotBegun
    await db.write(guessing.begin, guessing.at_codes(link.account_id))
    session = await db.write(_enter, token, link.account_id, code, arrival)
    if session is None:
        raise WrongCode
    return session


def is_on(connection: Connection, account_id: int) -> bool:
    found = steps.secret_of(connection, account_id)
    return found is not None and found[1]


def begin(connection: Connection, account_id: int) -> str:
    """A new secret, in the letters an app takes; raises Conflict where a second step is on already."""
    if is_on(connection, account_id):
        raise Conflict("Two-step sign-in is on already. Switch it off first.")
    secret = codes.new_secret()
    steps.begin(connection, account_id, secret)
    return secret


async def confirm(db: Database, account_id: int, code: str, actor: Actor) -> list[str]:
    """Switch it on with the first code; the recovery codes, which are known only now. Raises WrongCode, MustWait."""
    await db.write(guessing.begin, guessing.at_codes(account_id))
    return await db.write(_confirm, account_id, code, actor)


async def renew_recovery_codes(db: Database, account_id: int, code: str, actor: Actor) -> list[str]:
    """Ten others; those of before are worth nothing. Raises WrongCode, MustWait."""
    await db.write(guessing.begin, guessing.at_codes(account_id))
    return await db.write(_renew, account_id, code, actor)


async def switch_off(db: Database, account_id: int, code: str, actor: Actor) -> None:
    """Raises WrongCode, MustWait."""
    await db.write(guessing.begin, guessing.at_codes(account_id))
    await db.write(_switch_off, account_id, code, actor)


def reset(connection: Connection, account_id: int) -> bool:
    """For somebody who has lost their phone and codes. Whether there was one."""
    return steps.delete(connection, account_id)


def _enter(connection: Connection, token: str, account_id: int, code: str, arrival: Arrival) -> str | None:
    if not _proves(connection, account_id, code):
        account = queries.account(connection, account_id)
        actor, subject = Actor("", arrival.address), account.email if account else ""
        record_some(connection, actor, N_("Second step refused"), subject, most=MOST_REFUSED, seconds=HOUR)
        return None
    if not queries.use_link(connection, hashed(token)):
        raise NotBegun
    return sessions.begin(connection, account_id, arrival)


def _confirm(connection: Connection, account_id: int, code: str, actor: Actor) -> list[str]:
    if is_on(connection, account_id) or not _proves(connection, account_id, code):
        raise WrongCode
    steps.confirm(connection, account_id)
    record(connection, actor, N_("Switched two-step sign-in on"))
    return _new_recovery_codes(connection, account_id)


def _renew(connection: Connection, account_id: int, code: str, actor: Actor) -> list[str]:
    if not is_on(connection, account_id) or not _proves(connection, account_id, code):
        raise WrongCode
    record(connection, actor, N_("Made new recovery codes"))
    return _new_recovery_codes(connection, account_id)


def _switch_off(connection: Connection, account_id: int, code: str, actor: Actor) -> None:
    if not _proves(connection, account_id, code):
        raise WrongCode
    steps.delete(connection, account_id)
    record(connection, actor, N_("Switched two-step sign-in off"))


def _proves(connection: Connection, account_id: int, code: str) -> bool:
    """Whether it is a code of now or a recovery code; either is used up by that."""
    is_right = _is_of_now(connection, account_id, code) or steps.use_recovery_code(
        connection, account_id, codes.recovery_hash(code)
    )
    if is_right:
        guessing.was_right(connection, guessing.at_codes(account_id))
    return is_right


def _is_of_now(connection: Connection, account_id: int, code: str) -> bool:
    found = steps.secret_of(connection, account_id)
    step = codes.time_step_of(code, found[0], now()) if found else None
    return step is not None and steps.use_time_step(connection, account_id, step)


def _new_recovery_codes(connection: Connection, account_id: int) -> list[str]:
    made = codes.new_recovery_codes()
    steps.set_recovery_codes(connection, account_id, map(codes.recovery_hash, made))
    return made
