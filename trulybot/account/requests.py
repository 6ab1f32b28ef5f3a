"""What pages of the account learn from a request: who sends it, what was typed, how they come in."""

from urllib.parse import urlencode

from litestar.response import Redirect

from trulybot.account import sessions
from trulybot.account.browsers import browser_named
from trulybot.account.models import Arrival
from trulybot.contract import SESSION_COOKIE
from trulybot.kit.access import Principal, principal_of
from trulybot.kit.errors import Forbidden
from trulybot.kit.limits import Limit
from trulybot.kit.pages import AnyRequest

HOME = "/"
CONFIRMING = Limit("confirming with a password or a code", times=30, seconds=300)

Fields = dict[str, str]


class Typed(Fields):
    """What was typed; a field that was not sent is empty."""

    def __missing__(self, name: str) -> str:
        return ""


async def typed_in(request: AnyRequest) -> Typed:
    return Typed({name: value for name, value in (await request.form()).items() if isinstance(value, str)})


def person_of(request: AnyRequest) -> Principal:
    """Whoever is signed in; raises Forbidden for a program, whose id is its key's."""
    principal = principal_of(request)
    if principal is None or principal.is_program:
        raise Forbidden("An API key has no account of its own. Sign in as a person.")
    return principal


def session_token(request: AnyRequest) -> str:
    return request.cookies.get(SESSION_COOKIE, "")


def arrival_of(request: AnyRequest) -> Arrival:
    return Arrival(
        request.cookies.get(SESSION_COOKIE),
        browser_named(request.headers.get("user-agent", "")),
        request.scope["state"]["client_address"],
    )


def signed_in(token: str, path: str = HOME) -> Redirect:
    """By way of the sign-in page, which says so when the browser did not keep the cookie."""
    return Redirect(
        f"/sign-in?{urlencode({'arrived': 'true', 'next': path})}",
        status_code=303,
        cookies=[sessions.cookie_with(token)],
    )
