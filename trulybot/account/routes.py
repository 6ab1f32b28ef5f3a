"""Signing in for programs; the pages are in the other files of routes here."""

from typing import cast

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from trulybot.account import (
    account_pages,
    audit_pages,
    forgotten_pages,
    hosted_pages,
    pages,
    sessions,
    signing_in,
    team_pages,
    two_step,
    two_step_pages,
)
from trulybot.account.forms import Credentials, Profile
from trulybot.account.pages import SIGNING_IN
from trulybot.kit.access import actor_of, open_to, principal_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Unauthenticated
from trulybot.kit.pages import AnyRequest
from trulybot.kit.ranks import Rank
from trulybot.kit.routes import Routes
from trulybot.kit.sessions import arrival_of, cookie_gone, cookie_with, session_token


@post("/api/auth/sign-in", opt=open_to("anyone", SIGNING_IN), status_code=204)
async def sign_in(data: JSONBody[Credentials], request: AnyRequest, db: NamedDependency[Database]) -> Response[None]:
    """Begin a session: the answer sets its cookie. Programs do better with an API key."""
    limits, arrival = request.app.state.limits, arrival_of(request)
    entry = await signing_in.sign_in(db, limits, data.email.strip(), data.password, arrival)
    if entry.second_step and not data.code:
        raise Unauthenticated("This person signs in in two steps. Send the code of their app too, as “code”.")
    token = entry.session or await two_step.second_step(db, limits, entry.second_step or "", data.code, arrival)
    return Response(None, status_code=204, cookies=[cookie_with(token)])


@post("/api/auth/sign-out", opt=open_to("viewer"), status_code=204)
async def sign_out(request: AnyRequest, db: NamedDependency[Database]) -> Response[None]:
    await db.write(sessions.sign_out, session_token(request), actor_of(request))
    return Response(None, status_code=204, cookies=[cookie_gone()])


@get("/api/user/profile", opt=open_to("viewer"))
async def profile(request: AnyRequest) -> Profile:
    """Who is calling, and the token that a session's unsafe requests send as X-CSRF-Token."""
    principal = principal_of(request)
    assert principal is not None
    rank = cast(Rank, principal.role)
    return Profile(principal.name, "key" if principal.is_program else rank, rank, principal.csrf)


def account() -> Routes:
    """Of a workspace that people sign in to."""
    arriving = [pages.arrive, pages.use_link, pages.sign_in_page, pages.sign_in, pages.second_step, pages.sign_out]
    own = [
        forgotten_pages.forgotten_page,
        forgotten_pages.ask,
        account_pages.change_address,
        account_pages.change_password,
        two_step_pages.two_step_page,
        two_step_pages.begin,
        two_step_pages.confirm,
        two_step_pages.renew_codes,
        two_step_pages.switch_off,
    ]
    everybodys = [
        team_pages.invite,
        team_pages.withdraw,
        team_pages.change_role,
        team_pages.remove,
        team_pages.hand_over,
        team_pages.make_password_link,
        team_pages.reset_two_step,
    ]
    return Routes(sign_in, *arriving, *own, *everybodys, *_EITHER_WAY)


def hosted_account() -> Routes:
    """Of one that the console sends its people into: who they are and what they may do is decided there."""
    arriving = [hosted_pages.arrive, hosted_pages.sign_in_page, hosted_pages.sign_out]
    elsewhere = [hosted_pages.other_ways_in, hosted_pages.two_step_page]
    return Routes(*arriving, *elsewhere, *_EITHER_WAY)


_EITHER_WAY = [
    sign_out,
    profile,
    account_pages.account_page,
    account_pages.change_shown_name,
    account_pages.change_reading,
    account_pages.end_session,
    account_pages.end_other_sessions,
    team_pages.team_page,
    team_pages.create_api_key,
    team_pages.delete_api_key,
    audit_pages.audit_page,
    audit_pages.export,
]
