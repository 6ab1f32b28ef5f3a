"""A signed-in browser: a random token in a cookie, of which we keep the hash."""

from litestar.datastructures import Cookie
from sqlalchemy import Connection

from trulybot.account import queries
from trulybot.account.models import LONGEST_SESSION, Arrival
from trulybot.contract import SESSION_COOKIE
from trulybot.kit.errors import NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.security import hashed, keyed, new_token
from trulybot.kit.texts import N_


def begin(connection: Connection, staff_id: int, arrival: Arrival) -> str:
    """A new session's token. The browser's previous session ends, so nobody can have planted it."""
    if arrival.previous:
        queries.end_session(connection, hashed(arrival.previous))
    token = new_token()
    queries.add_session(connection, staff_id, hashed(token), arrival.browser)
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


def csrf_of(token: str) -> str:
    return keyed(token.encode(), "csrf")


def cookie_with(token: str) -> Cookie:
    return Cookie(
        key=SESSION_COOKIE, value=token, max_age=LONGEST_SESSION, path="/", secure=True, httponly=True, samesite="lax"
    )


def cookie_gone() -> Cookie:
    return Cookie(key=SESSION_COOKIE, value="", max_age=0, path="/", secure=True, httponly=True, samesite="lax")
