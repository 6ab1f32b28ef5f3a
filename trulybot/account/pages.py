"""The pages of arriving and of signing in and out. All work as plain forms."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from trulybot.account import changing_address, first_run, inviting, sessions, signing_in, two_step
from trulybot.account.models import Link
from trulybot.kit import passwords
from trulybot.kit.access import actor_of, open_to, principal_of
from trulybot.kit.database import Database
from trulybot.kit.emails import problem_with_email
from trulybot.kit.errors import Refusal
from trulybot.kit.forms import Fields, safe_path, typed_in
from trulybot.kit.jobs import Workers
from trulybot.kit.letters import Letters
from trulybot.kit.limits import Limit
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.sessions import NOT_KEPT, Arrival, Entry, arrival_of, cookie_gone, session_token, signed_in
from trulybot.kit.texts import N_, _

HOME = "/"
SIGNING_IN = Limit("signing in", times=10, seconds=300)
ARRIVING = Limit("one-time links", times=30, seconds=300)
NOBODY_YET = N_(
    "Nobody owns this workspace yet. Open the one-time link in its log, or print one with “trulybot sign-in-link”."
)
TEMPLATES = {
    "first run": "trulybot/account/welcome.html",
    "sign in": "trulybot/account/enter.html",
    "new password": "shared/account/new_password.html",
    "invitation": "trulybot/account/join.html",
    "new address": "shared/account/new_address.html",
}


@get("/welcome/{token:str}", opt=open_to("anyone", ARRIVING), include_in_schema=False)
async def arrive(
    token: FromPath[str], request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[str]:
    """Shows only: a link that a mail scanner or a preview opens must not be used up."""
    return _link_page(pages, request, token, await db.read(_arriving_by, token), {}, {})


@post("/welcome/{token:str}", opt=open_to("anyone", ARRIVING), include_in_schema=False)
async def use_link(
    token: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    letters: NamedDependency[Letters],
    workers: NamedDependency[Workers],
) -> Response[Any]:
    link, arrival = await db.read(_arriving_by, token), arrival_of(request)
    if link.purpose == "sign in":
        return signed_in(await db.write(first_run.enter, token, arrival), HOME)
    if link.purpose == "new address":
        await changing_address.confirm(db, letters, token, arrival.address)
        workers.nudge()
        return Redirect("/account?said=address", status_code=303)
    values = await typed_in(request)
    email = link.email or values["email"].strip()
    if errors := _problems(email, values["password"]):
        return _link_page(pages, request, token, link, values, errors)
    return _entered(pages, request, await _entry(db, link, token, email, values["password"], arrival), HOME)


@get("/sign-in", opt=open_to("visitor"), include_in_schema=False)
async def sign_in_page(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    next: FromQuery[str] = HOME,
    arrived: FromQuery[bool] = False,
) -> Response[Any]:
    if principal_of(request):
        return Redirect(safe_path(next, HOME))
    nobody = await db.read(first_run.is_needed)
    notice = _(NOT_KEPT) if arrived else _(NOBODY_YET) if nobody else None
    return pages.render("trulybot/account/sign_in.html", request, values={}, errors={}, notice=notice, next=next)


@post("/sign-in", opt=open_to("anyone", SIGNING_IN), include_in_schema=False)
async def sign_in(request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]) -> Response[Any]:
    values, limits = await typed_in(request), request.app.state.limits
    email, password = values["email"].strip(), values["password"]
    try:
        entry = await signing_in.sign_in(db, limits, email, password, arrival_of(request))
    except Refusal as refusal:
        shown = {"values": values, "errors": {"password": refusal.sentence}, "notice": None, "next": values["next"]}
        return pages.render("trulybot/account/sign_in.html", request, refusal.status, **shown)
    return _entered(pages, request, entry, safe_path(values["next"], HOME))


@post("/sign-in/code", opt=open_to("anyone", SIGNING_IN), include_in_schema=False)
async def second_step(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[Any]:
    values, limits = await typed_in(request), request.app.state.limits
    path = safe_path(values["next"], HOME)
    try:
        token = await two_step.second_step(db, limits, values["step"], values["code"], arrival_of(request))
    except two_step.WrongCode as refusal:
        return _second_step_page(pages, request, values["step"], path, refusal.status, {"code": refusal.sentence})
    return signed_in(token, path)


@post("/sign-out", opt=open_to("viewer"), include_in_schema=False)
async def sign_out(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(sessions.sign_out, session_token(request), actor_of(request))
    return Redirect("/sign-in", status_code=303, cookies=[cookie_gone()])


def _arriving_by(connection: Connection, token: str) -> Link:
    """The link, if it is one to arrive by; the others have pages of their own. Raises UsedLink."""
    link = first_run.link_behind(connection, token)
    if link.purpose not in TEMPLATES:
        raise first_run.UsedLink
    return link


def _link_page(
    pages: Pages, request: AnyRequest, token: str, link: Link, values: Fields, errors: Fields
) -> Response[str]:
    template, status = TEMPLATES[link.purpose], 422 if errors else 200
    known = {"token": token, "email": link.email, "role": link.role}
    return pages.render(template, request, status, **known, values=values, errors=errors)


def _problems(email: str, password: str) -> Fields:
    found = {"email": problem_with_email(email), "password": passwords.problem_with(password, email)}
    return {name: problem for name, problem in found.items() if problem}


async def _entry(db: Database, link: Link, token: str, email: str, password: str, arrival: Arrival) -> Entry:
    match link.purpose:
        case "first run":
            return Entry(session=await first_run.make_owner(db, token, email, password, arrival))
        case "invitation":
            return Entry(session=await inviting.join(db, token, password, arrival))
        case _:
            return await first_run.set_password(db, token, password, arrival)


def _entered(pages: Pages, request: AnyRequest, entry: Entry, path: str) -> Response[Any]:
    if entry.session:
        return signed_in(entry.session, path)
    return _second_step_page(pages, request, entry.second_step or "", path)


def _second_step_page(
    pages: Pages, request: AnyRequest, step: str, path: str, status: int = 200, errors: Fields | None = None
) -> Response[str]:
    shown = {"step": step, "next": path, "errors": errors or {}}
    return pages.render("shared/account/second_step.html", request, status, **shown)
