"""A signed-in browser: how it comes in, and the cookie with a random token, of which only the hash is kept."""

from typing import NamedTuple
from urllib.parse import urlencode

from litestar.datastructures import Cookie
from litestar.response import Redirect

from trulybot.contract import SESSION_COOKIE
from trulybot.kit.access import AnyConnection
from trulybot.kit.browsers import browser_named
from trulybot.kit.clock import DAY
from trulybot.kit.security import keyed
from trulybot.kit.texts import N_

LONGEST_SESSION = 30 * DAY
LONGEST_ABSENCE = 7 * DAY  # a session unused for this long has ended
NOT_KEPT = N_(
    "Your browser did not keep the session. Open this page over HTTPS, or on localhost, and allow its cookies."
)


class Arrival(NamedTuple):
    """How somebody comes in: with which session of before, by which browser, from which address."""

    previous: str | None = None
    browser: str = ""
    address: str = ""


class Entry(NamedTuple):
    """Where somebody is after the first step: in a session, or before the second step. Either is a token."""

    session: str | None = None
    second_step: str | None = None


def arrival_of(request: AnyConnection) -> Arrival:
    return Arrival(
        request.cookies.get(SESSION_COOKIE),
        browser_named(request.headers.get("user-agent", "")),
        request.scope["state"]["client_address"],
    )


def session_token(request: AnyConnection) -> str:
    return request.cookies.get(SESSION_COOKIE, "")


def csrf_of(token: str) -> str:
    return keyed(token.encode(), "csrf")


def cookie_with(token: str, lasts: int = LONGEST_SESSION) -> Cookie:
    return Cookie(key=SESSION_COOKIE, value=token, max_age=lasts, path="/", secure=True, httponly=True, samesite="lax")


def cookie_gone() -> Cookie:
    return Cookie(key=SESSION_COOKIE, value="", max_age=0, path="/", secure=True, httponly=True, samesite="lax")


def signed_in(token: str, path: str, lasts: int = LONGEST_SESSION) -> Redirect:
    """By way of the sign-in page, which says so when the browser did not keep the cookie."""
    return Redirect(
        f"/sign-in?{urlencode({'arrived': 'true', 'next': path})}",
        status_code=303,
        cookies=[cookie_with(token, lasts)],
    )
