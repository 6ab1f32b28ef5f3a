"""Signing in for programs; the pages are in pages.py."""

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from trulybot.account import pages, sessions, signing_in
from trulybot.account.forms import Credentials, Profile
from trulybot.account.pages import SIGNING_IN
from trulybot.contract import SESSION_COOKIE
from trulybot.kit.access import open_to, principal_of
from trulybot.kit.database import Database
from trulybot.kit.pages import AnyRequest


@post("/api/auth/sign-in", opt=open_to("anyone", SIGNING_IN), status_code=204)
async def sign_in(data: JSONBody[Credentials], request: AnyRequest, db: NamedDependency[Database]) -> Response[None]:
    """Begin a session: the answer sets its cookie. Programs do better with an API key."""
    previous = request.cookies.get(SESSION_COOKIE)
    token = await signing_in.sign_in(db, request.app.state.limits, data.email.strip(), data.password, previous)
    return Response(None, status_code=204, cookies=[sessions.cookie_with(token)])


@post("/api/auth/sign-out", opt=open_to("viewer"), status_code=204)
async def sign_out(request: AnyRequest, db: NamedDependency[Database]) -> Response[None]:
    await db.write(sessions.end, request.cookies.get(SESSION_COOKIE, ""))
    return Response(None, status_code=204, cookies=[sessions.cookie_gone()])


@get("/api/user/profile", opt=open_to("viewer"))
async def profile(request: AnyRequest) -> Profile:
    """Who is calling, and the token that a session's unsafe requests send as X-CSRF-Token."""
    principal = principal_of(request)
    assert principal is not None
    role = "key" if principal.is_program else principal.role
    return Profile(principal.name, role, principal.role, principal.csrf)


def account() -> Router:
    shown = [
        pages.arrive,
        pages.use_link,
        pages.sign_in_page,
        pages.sign_in,
        pages.sign_out,
        pages.account_page,
        pages.change_password,
        pages.change_shown_name,
        pages.create_api_key,
        pages.delete_api_key,
    ]
    return Router("/", route_handlers=[sign_in, sign_out, profile, *shown])
