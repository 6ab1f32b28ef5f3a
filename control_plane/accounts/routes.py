"""Signing up and in for programs; the pages are in the other files of routes here."""

from typing import cast

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation

from control_plane.accounts import (
    account_pages,
    forgotten,
    mailed_pages,
    members,
    pages,
    sessions,
    signing_in,
    signing_up,
    two_step,
    two_step_pages,
    welcome_pages,
)
from control_plane.accounts.forms import Address, Credentials, InWorkspace, NewPassword, Profile
from control_plane.accounts.mailed_pages import ASKING
from control_plane.accounts.signing_in import SIGNING_IN
from control_plane.accounts.welcome_pages import ARRIVING
from control_plane.settings import Settings
from trulybot.kit import passwords, reader
from trulybot.kit.access import actor_of, open_to, person_of
from trulybot.kit.database import Database
from trulybot.kit.emails import normal_email
from trulybot.kit.errors import Forbidden, Unauthenticated, Unprocessable
from trulybot.kit.jobs import Workers
from trulybot.kit.limits import Limits
from trulybot.kit.pages import AnyRequest
from trulybot.kit.ranks import PlatformRank
from trulybot.kit.routes import Routes
from trulybot.kit.sessions import arrival_of, cookie_gone, cookie_with, session_token
from trulybot.kit.texts import N_

SECOND_STEP = N_("This account signs in in two steps. Send the code of its app too, as “code”.")


@post("/api/auth/sign-up", opt=open_to("anyone", ASKING), status_code=202)
async def sign_up(
    data: JSONBody[Address],
    db: NamedDependency[Database],
    settings: NamedDependency[SkipValidation[Settings]],
    limits: NamedDependency[Limits],
    workers: NamedDependency[Workers],
) -> None:
    """Mail a link to this address, with which the account is made. The answer is the same for any address."""
    if not settings.strangers_may_sign_up:
        raise Forbidden("Accounts are made by invitation here. Ask the owner of a workspace for one.")
    await signing_up.ask(db, limits, _email(data.email), reader.current.get().language)
    workers.nudge()


@post("/api/auth/forgotten-password", opt=open_to("anyone", ASKING), status_code=202)
async def forgotten_password(
    data: JSONBody[Address],
    db: NamedDependency[Database],
    limits: NamedDependency[Limits],
    workers: NamedDependency[Workers],
) -> None:
    """Mail a link for a new password, if there is an account. The answer is the same for any address."""
    await forgotten.ask(db, limits, _email(data.email))
    workers.nudge()


@post("/api/auth/confirmation", opt=open_to("anyone", ARRIVING), status_code=204)
async def confirm(data: JSONBody[NewPassword], request: AnyRequest, db: NamedDependency[Database]) -> Response[None]:
    """Use a mailed link: make the account it is for, and begin a session: the answer sets its cookie."""
    _refuse_weak(data.password)
    return _entered(await signing_up.make_account(db, data.token, data.password, arrival_of(request)))


@post("/api/auth/new-password", opt=open_to("anyone", ARRIVING), status_code=204)
async def set_password(
    data: JSONBody[NewPassword], request: AnyRequest, db: NamedDependency[Database]
) -> Response[None]:
    """Use a mailed link for a new password. Every session of the account ends; sign in with the new one."""
    _refuse_weak(data.password)
    await forgotten.set_password(db, data.token, data.password, arrival_of(request))
    return Response(None, status_code=204)


@post("/api/auth/sign-in", opt=open_to("anyone", SIGNING_IN), status_code=204)
async def sign_in(data: JSONBody[Credentials], request: AnyRequest, db: NamedDependency[Database]) -> Response[None]:
    """Begin a session: the answer sets its cookie."""
    arrival = arrival_of(request)
    entry = await signing_in.sign_in(db, data.email.strip(), data.password, arrival)
    if entry.second_step and not data.code:
        raise Unauthenticated(SECOND_STEP)
    return _entered(entry.session or await two_step.second_step(db, entry.second_step or "", data.code, arrival))


@post("/api/auth/sign-out", opt=open_to("customer"), status_code=204)
async def sign_out(request: AnyRequest, db: NamedDependency[Database]) -> Response[None]:
    await db.write(sessions.sign_out, session_token(request), actor_of(request))
    return Response(None, status_code=204, cookies=[cookie_gone()])


@get("/api/user/profile", opt=open_to("customer"))
async def profile(request: AnyRequest, db: NamedDependency[Database]) -> Profile:
    """Who is calling, which workspaces they are members of, and the token that unsafe requests send."""
    person = person_of(request)
    found = await db.read(members.workspaces_of, person.id)
    return Profile(
        email=person.name,
        role=cast(PlatformRank, person.role),
        two_steps=await db.read(two_step.is_on, person.id),
        workspaces=[InWorkspace(each.workspace_id, each.role) for each in found],
        csrf=person.csrf,
    )


def accounts() -> Routes:
    programs = [sign_up, forgotten_password, confirm, set_password, sign_in, sign_out, profile]
    arriving = [
        pages.sign_in_page,
        pages.sign_in,
        pages.second_step,
        pages.sign_out,
        mailed_pages.sign_up_page,
        mailed_pages.sign_up,
        mailed_pages.forgotten_page,
        mailed_pages.ask_for_password,
        welcome_pages.arrive,
        welcome_pages.use_link,
    ]
    own = [
        account_pages.account_page,
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
    return Routes(*programs, *arriving, *own)


def _email(typed: str) -> str:
    email = normal_email(typed)
    if email is None:
        raise Unprocessable("Give a whole e-mail address, such as you@example.com.")
    return email


def _refuse_weak(password: str) -> None:
    if problem := passwords.problem_with(password, ""):
        raise Unprocessable(problem)


def _entered(token: str) -> Response[None]:
    return Response(None, status_code=204, cookies=[cookie_with(token)])
