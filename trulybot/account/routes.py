"""Signing in for programs; the pages are in the other files of routes here."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from trulybot.account import (
    account_pages,
    audit_pages,
    forgotten_pages,
    pages,
    sessions,
    signing_in,
    team_pages,
    two_step,
    two_step_pages,
)
from trulybot.account.forms import Credentials, Profile
from trulybot.account.pages import SIGNING_IN
from trulybot.account.requests import arrival_of, session_token
from trulybot.kit.access import actor_of, open_to, principal_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Unauthenticated
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes


@post("/api/auth/sign-in", opt=open_to("anyone", SIGNING_IN), status_code=204)
async def sign_in(data: JSONBody[Credentials], request: AnyRequest, db: NamedDependency[Database]) -> Response[None]:
    """Begin a session: the answer sets its cookie. Programs do better with an API key."""
    limits, arrival = request.app.state.limits, arrival_of(request)
    entry = await signing_in.sign_in(db, limits, data.email.strip(), data.password, arrival)
    if entry.second_step and not data.code:
        raise Unauthenticated("This person signs in in two steps. Send the code of their app too, as “code”.")
    token = entry.session or await two_step.second_step(db, limits, entry.second_step or "", data.code, arrival)
    return Response(None, status_code=204, cookies=[sessions.cookie_with(token)])


@post("/api/auth/sign-out", opt=open_to("viewer"), status_code=204)
async def sign_out(request: AnyRequest, db: NamedDependency[Database]) -> Response[None]:
    await db.write(sessions.sign_out, session_token(request), actor_of(request))
    return Response(None, status_code=204, cookies=[sessions.cookie_gone()])


@get("/api/user/profile", opt=open_to("viewer"))
async def profile(request: AnyRequest) -> Profile:
    """Who is calling, and the token that a session's unsafe requests send as X-CSRF-Token."""
    principal = principal_of(request)
    assert principal is not None
    role = "key" if principal.is_program else principal.role
    return Profile(principal.name, role, principal.role, principal.csrf)


def account() -> Routes:
    arriving = [pages.arrive, pages.use_link, pages.sign_in_page, pages.sign_in, pages.second_step, pages.sign_out]
    own = [
        forgotten_pages.forgotten_page,
        forgotten_pages.ask,
        account_pages.account_page,
        account_pages.change_shown_name,
        account_pages.change_reading,
        account_pages.change_address,
        account_pages.change_password,
        account_pages.end_session,
        account_pages.end_other_sessions,
        two_step_pages.two_step_page,
        two_step_pages.begin,
        two_step_pages.confirm,
        two_step_pages.renew_codes,
        two_step_pages.switch_off,
    ]
    everybodys = [
        team_pages.team_page,
        team_pages.invite,
        team_pages.withdraw,
        team_pages.change_role,
        team_pages.remove,
        team_pages.hand_over,
        team_pages.make_password_link,
        team_pages.reset_two_step,
        team_pages.create_api_key,
        team_pages.delete_api_key,
        audit_pages.audit_page,
        audit_pages.export,
    ]
    return Routes(sign_in, sign_out, profile, *arriving, *own, *everybodys)
