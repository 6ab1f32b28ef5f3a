"""A signed-in browser: a random token in a cookie, of which we keep the hash."""

from sqlalchemy import Connection

from trulybot.account import queries
from trulybot.kit.clock import now
from trulybot.kit.errors import NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.security import hashed, new_token
from trulybot.kit.sessions import LONGEST_SESSION, Arrival
from trulybot.kit.texts import N_


def begin(connection: Connection, staff_id: int, arrival: Arrival, lasts: int = LONGEST_SESSION) -> str:
    """The token of a new session of so many seconds. The one before it ends, so nobody can have planted it."""
    if arrival.previous:
        queries.end_session(connection, hashed(arrival.previous))
    token = new_token()
    queries.add_session(connection, staff_id, hashed(token), arrival.browser, now() + lasts)
    staff = queries.staff_by(connection, staff_id)
    assert staff is not None
    record(connection, Actor(staff.email, arrival.address), N_("Signed in"), detail=arrival.browser)
    return token


def replace_password(connection: Connection, staff_id: int, password_hash: str) -> None:
    """Whoever came in with the old one, or holds a link from before, is out."""
    queries.set_password(connection, staff_id, password_hash)
    queries.end_sessions_of(connection, staff_id)
    queries.forget_links_of(connection, staff_id)


def end(connection: Connection, token: str) -> None:
    queries.end_session(connection, hashed(token))


def sign_out(connection: Connection, token: str, actor: Actor) -> None:
    end(connection, token)
    record(connection, actor, N_("Signed out"))


def end_one(connection: Connection, staff_id: int, session_id: int, actor: Actor) -> None:
    """One of the person's own; raises NotFound."""
    if not queries.end_one_session(connection, staff_id, session_id):
        raise NotFound("There is no such session. It may have ended already.")
    record(connection, actor, N_("Ended a session"))


def end_others(connection: Connection, staff_id: int, token: str, actor: Actor) -> int:
    """All of the person's but this one; how many those were."""
    ended = queries.end_other_sessions(connection, staff_id, hashed(token))
    record(connection, actor, N_("Ended all other sessions"), detail=str(ended))
    return ended
