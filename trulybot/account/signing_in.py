"""With an e-mail address and a password, to a session."""

from trulybot.account import passwords, queries, sessions
from trulybot.kit.database import Database
from trulybot.kit.errors import Unauthenticated
from trulybot.kit.limits import Limit, Limits

# Beside the limit per client: many machines that guess at one person's password share this one.
GUESSES = Limit("guesses at one password", times=20, seconds=900)


class WrongPassword(Unauthenticated):
    def __init__(self) -> None:
        super().__init__("This e-mail address and password do not go together. Check both, or use a one-time link.")


async def sign_in(db: Database, limits: Limits, email: str, password: str, previous: str | None) -> str:
    """The new session's token; raises WrongPassword, which does not tell whether there is such a person."""
    limits.spend(GUESSES, email.casefold())
    staff = await db.read(queries.staff_with, email)
    if not await passwords.is_right(password, staff.password_hash if staff else None) or staff is None:
        raise WrongPassword
    return await db.write(sessions.begin, staff.id, previous)


async def change_password(db: Database, staff_id: int, current: str, new: str) -> str:
    """Ends every session of the person and begins one; raises WrongPassword when `current` is not theirs."""
    staff = await db.read(queries.staff_by, staff_id)
    if staff is None or not await passwords.is_right(current, staff.password_hash):
        raise WrongPassword
    return await db.write(sessions.begin_anew, staff_id, await passwords.hash_of(new))
