"""A signed-in browser: a random token in a cookie, of which we keep the hash."""

from litestar.datastructures import Cookie
from sqlalchemy import Connection

from trulybot.account import queries
from trulybot.account.models import LONGEST_SESSION
from trulybot.contract import SESSION_COOKIE
from trulybot.kit.security import hashed, keyed, new_token


def begin(connection: Connection, staff_id: int, previous: str | None) -> str:
    """A new session's token. The browser's previous session ends, so nobody can have planted it."""
    if previous:
        queries.end_session(connection, hashed(previous))
    token = new_token()
    queries.add_session(connection, staff_id, hashed(token))
    return token


def begin_anew(connection: Connection, staff_id: int, password_hash: str) -> str:
    """With a new password: whoever came in with the old one, or holds a link from before, is out."""
    queries.set_password(connection, staff_id, password_hash)
    queries.end_sessions_of(connection, staff_id)
    queries.forget_links_of(connection, staff_id)
    return begin(connection, staff_id, None)


def end(connection: Connection, token: str) -> None:
    queries.end_session(connection, hashed(token))


def csrf_of(token: str) -> str:
    return keyed(token.encode(), "csrf")


def cookie_with(token: str) -> Cookie:
    return Cookie(
        key=SESSION_COOKIE, value=token, max_age=LONGEST_SESSION, path="/", secure=True, httponly=True, samesite="lax"
    )


def cookie_gone() -> Cookie:
    return Cookie(key=SESSION_COOKIE, value="", max_age=0, path="/", secure=True, httponly=True, samesite="lax")
