"""A signed-in browser: a random token in a cookie, of which we keep the hash."""

from sqlalchemy import Connection

from control_plane.accounts import queries
from trulybot.kit.errors import NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.security import hashed, new_token
from trulybot.kit.sessions import Arrival
from trulybot.kit.texts import N_


def begin(connection: Connection, account_id: int, arrival: Arrival) -> str:
    """A new session's token. The browser's previous session ends, so nobody can have planted it."""
    if arrival.previous:
        queries.end_session(connection, hashed(arrival.previous))
    token = new_token()
    queries.add_session(connection, account_id, hashed(token), arrival.browser)
    account = queries.account(connection, account_id)
    assert account is not None
    record(connection, Actor(account.email, arrival.address), N_("Signed in"), detail=arrival.browser)
    return token


def replace_password(connection: Connection, account_id: int, password_hash: str) -> None:
    """Whoever came in with the old one, or holds a link from before, is out."""
    queries.set_password(connection, account_id, password_hash)
    queries.end_sessions_of(connection, account_id)
    queries.forget_links_of(connection, account_id)


def sign_out(connection: Connection, token: str, actor: Actor) -> None:
    queries.end_session(connection, hashed(token))
    record(connection, actor, N_("Signed out"))


def end_one(connection: Connection, account_id: int, session_id: int, actor: Actor) -> None:
    """One of the person's own; raises NotFound."""
    if not queries.end_one_session(connection, account_id, session_id):
        raise NotFound("There is no such session. It may have ended already.")
    record(connection, actor, N_("Ended a session"))


def end_others(connection: Connection, account_id: int, token: str, actor: Actor) -> None:
    """All of the person's but this one."""
    ended = queries.end_other_sessions(connection, account_id, hashed(token))
    record(connection, actor, N_("Ended all other sessions"), detail=str(ended))
