"""The pages of arriving, signing in and out, and one's own account. All work as plain forms."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from trulybot.account import api_keys, first_run, passwords, queries, sessions, signing_in
from trulybot.account.forms import LONGEST_NAME, problem_with_email, problem_with_shown_name, safe_path
from trulybot.account.models import Link
from trulybot.contract import SESSION_COOKIE
from trulybot.kit.access import Principal, open_to, principal_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Forbidden, Refusal
from trulybot.kit.limits import Limit
from trulybot.kit.lists import RowId
from trulybot.kit.pages import AnyRequest, Pages

HOME = "/knowledge"
SIGNING_IN = Limit("signing in", times=10, seconds=300)
ARRIVING = Limit("one-time links", times=30, seconds=300)
NOT_KEPT = "Your browser did not keep the session. Open this page over HTTPS, or on localhost, and allow its cookies."
NOBODY_YET = (
    "Nobody owns this workspace yet. Open the one-time link in its log, or print one with “trulybot sign-in-link”."
)
TEMPLATES = {"first run": "welcome", "sign in": "enter", "new password": "new_password"}

Fields = dict[str, str]


@get("/welcome/{token:str}", opt=open_to("anyone", ARRIVING), include_in_schema=False)
async def arrive(
    token: FromPath[str], request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[str]:
    """Shows only: a link that a mail scanner or a preview opens must not be used up."""
    return _link_page(pages, request, token, await db.read(first_run.link_behind, token), {}, {})


@post("/welcome/{token:str}", opt=open_to("anyone", ARRIVING), include_in_schema=False)
async def use_link(
    token: FromPath[str], request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[Any]:
    link = await db.read(first_run.link_behind, token)
    if link.purpose == "sign in":
        return _signed_in(await db.write(first_run.enter, token, request.cookies.get(SESSION_COOKIE)), HOME)
    values = await _fields(request)
    email = link.email or values["email"].strip()
    if errors := _problems(link, email, values["password"]):
        return _link_page(pages, request, token, link, values, errors)
    if link.purpose == "first run":
        return _signed_in(await first_run.make_owner(db, token, email, values["password"]), HOME)
    return _signed_in(await first_run.set_password(db, token, values["password"]), HOME)


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
    notice = NOT_KEPT if arrived else NOBODY_YET if nobody else None
    return pages.render("trulybot/account/sign_in.html", request, values={}, errors={}, notice=notice, next=next)


@post("/sign-in", opt=open_to("anyone", SIGNING_IN), include_in_schema=False)
async def sign_in(request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]) -> Response[Any]:
    values = await _fields(request)
    limits, previous = request.app.state.limits, request.cookies.get(SESSION_COOKIE)
    try:
        token = await signing_in.sign_in(db, limits, values["email"].strip(), values["password"], previous)
    except Refusal as refusal:
        shown = {"values": values, "errors": {"password": refusal.sentence}, "notice": None, "next": values["next"]}
        return pages.render("trulybot/account/sign_in.html", request, refusal.status, **shown)
    return _signed_in(token, safe_path(values["next"], HOME))


@post("/sign-out", opt=open_to("viewer"), include_in_schema=False)
async def sign_out(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(sessions.end, request.cookies.get(SESSION_COOKIE, ""))
    return Redirect("/sign-in", status_code=303, cookies=[sessions.cookie_gone()])


@get("/account", opt=open_to("viewer"), include_in_schema=False)
async def account_page(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    saved: FromQuery[bool] = False,
    named: FromQuery[bool] = False,
) -> Response[str]:
    _person(request)
    notice = "Your password was changed, and every other session of yours has ended." if saved else None
    return await _account_page(request, db, pages, notice="Saved." if named else notice)


@post("/account/password", opt=open_to("viewer", SIGNING_IN), include_in_schema=False)
async def change_password(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[Any]:
    values = await _fields(request)
    person = _person(request)
    if problem := passwords.problem_with(values["password"], person.name):
        return await _account_page(request, db, pages, 422, errors={"password": problem})
    try:
        token = await signing_in.change_password(db, person.id, values["current"], values["password"])
    except signing_in.WrongPassword:
        return await _account_page(request, db, pages, 422, errors={"current": "This is not your password."})
    return Redirect("/account?saved=true", status_code=303, cookies=[sessions.cookie_with(token)])


@post("/account/shown-name", opt=open_to("viewer"), include_in_schema=False)
async def change_shown_name(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[Any]:
    """An empty one is none: visitors are then told of a teammate, and never of an address."""
    values = await _fields(request)
    person, name = _person(request), values["shown_as"].strip()
    if problem := problem_with_shown_name(name):
        return await _account_page(request, db, pages, 422, errors={"shown_as": problem}, values=values)
    await db.write(queries.show_as, person.id, name or None)
    return Redirect("/account?named=true", status_code=303)


@post("/account/api-keys", opt=open_to("owner"), include_in_schema=False)
async def create_api_key(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[str]:
    name = (await _fields(request))["name"].strip()[:LONGEST_NAME]
    if not name:
        return await _account_page(request, db, pages, 422, errors={"name": "Give the key a name."})
    return await _account_page(request, db, pages, new_key=await db.write(api_keys.create, name))


@post("/account/api-keys/{key_id:int}/deletion", opt=open_to("owner"), include_in_schema=False)
async def delete_api_key(key_id: RowId, db: NamedDependency[Database]) -> Redirect:
    await db.write(api_keys.delete, key_id)
    return Redirect("/account", status_code=303)


def _link_page(
    pages: Pages, request: AnyRequest, token: str, link: Link, values: Fields, errors: Fields
) -> Response[str]:
    template = f"trulybot/account/{TEMPLATES[link.purpose]}.html"
    status = 422 if errors else 200
    return pages.render(template, request, status, token=token, email=link.email, values=values, errors=errors)


def _problems(link: Link, email: str, password: str) -> Fields:
    found = {"email": problem_with_email(email), "password": passwords.problem_with(password, email)}
    return {name: problem for name, problem in found.items() if problem}


def _person(request: AnyRequest) -> Principal:
    """Whoever is signed in; raises Forbidden for a program, whose id is its key's."""
    principal = principal_of(request)
    if principal is None or principal.is_program:
        raise Forbidden("An API key has no account of its own. Sign in as a person.")
    return principal


async def _account_page(
    request: AnyRequest, db: Database, pages: Pages, status: int = 200, /, **said: object
) -> Response[str]:
    keys = await db.read(queries.api_keys)
    values = {"shown_as": _person(request).shown_as or ""}
    context = {"api_keys": keys, "values": values, "errors": {}, "notice": None, "new_key": None, **said}
    return pages.render("trulybot/account/account.html", request, status, **context)


async def _fields(request: AnyRequest) -> "_Typed":
    return _Typed({name: value for name, value in (await request.form()).items() if isinstance(value, str)})


class _Typed(Fields):
    """What was typed; a field that was not sent is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def _signed_in(token: str, path: str) -> Redirect:
    """By way of the sign-in page, which says so when the browser did not keep the cookie."""
    return Redirect(
        f"/sign-in?{urlencode({'arrived': 'true', 'next': path})}",
        status_code=303,
        cookies=[sessions.cookie_with(token)],
    )
