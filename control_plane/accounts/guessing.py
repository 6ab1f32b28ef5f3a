"""Guesses at a password or a code: after a few that failed each has to wait, twice as long every time.

Counted by whom is guessed at and by who guesses, in the database, so that no restart helps. An address that nobody
has is counted like any other. Whoever is kept out by a stranger's guesses gets in by a mailed link.
"""

from typing import NamedTuple

from sqlalchemy import Connection

from control_plane.accounts import guess_queries as queries
from trulybot.kit.clock import DAY, MINUTE, now
from trulybot.kit.errors import TooMany
from trulybot.kit.security import hashed
from trulybot.kit.texts import N_, with_values

FORGOTTEN_AFTER = DAY
FIRST_WAIT = 30  # seconds
LONGEST_WAIT = 15 * MINUTE

A_MINUTE = N_("Too many guesses were wrong. Try again in a minute, or have a link mailed for a new password.")
MINUTES = N_("Too many guesses were wrong. Try again in %(number)s minutes, or have a link mailed for a new password.")


class About(NamedTuple):
    """Whose guesses are counted together, and how many of them may fail before the next must wait."""

    key: bytes
    free: int


def at_password(email: str) -> About:
    return About(hashed(f"password {email.casefold()}"), 5)


def at_codes(account_id: int) -> About:
    return About(hashed(f"codes {account_id}"), 5)


def by_client(address: str) -> About:
    """Many people may share one."""
    return About(hashed(f"client {address}"), 20)


class MustWait(TooMany):
    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // MINUTE)
        super().__init__(A_MINUTE if minutes == 1 else with_values(MINUTES, number=minutes), retry_after=seconds)


def begin(connection: Connection, *guessed: About) -> None:
    """Count a guess before it is judged, or else many at once would all be judged. Raises MustWait."""
    queries.forget_before(connection, now() - FORGOTTEN_AFTER)
    wait = max(seconds_to_wait(*queries.failed(connection, about.key), about.free, now()) for about in guessed)
    if wait > 0:
        raise MustWait(wait)
    for about in guessed:
        queries.add(connection, about.key)


def was_right(connection: Connection, guessed: About, *others: About) -> None:
    """What is known now is guessed at no more; of the others only this guess is taken back."""
    queries.forget(connection, guessed.key)
    for about in others:
        queries.take_back(connection, about.key)


def forget(connection: Connection, guessed: About) -> None:
    queries.forget(connection, guessed.key)


def seconds_to_wait(failures: int, last_at: int, free: int, at: int) -> int:
    """Until the next guess is judged; 0 and less where it is at once."""
    if failures < free:
        return 0
    wait: int = min(FIRST_WAIT * 2 ** min(failures - free, 10), LONGEST_WAIT)
    return last_at + wait - at
