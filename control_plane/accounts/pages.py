"""The pages of signing in and out. All work as plain forms."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation
from litestar.response import Redirect

from control_plane.accounts import sessions, signing_in, two_step
from control_plane.accounts.guessing import MustWait
from control_plane.accounts.signing_in import SIGNING_IN
from control_plane.settings import Settings
from trulybot.kit.access import actor_of, open_to, principal_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Refusal
from trulybot.kit.forms import Fields, safe_path, typed_in
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.sessions import Entry, arrival_of, cookie_gone, session_token, signed_in
from trulybot.kit.texts import N_, _
from trulybot.kit.web import refusal_headers

HOME = "/"
NOT_KEPT = N_(
    "Your browser did not keep the session. Open this page over HTTPS, or on localhost, and allow its cookies."
)


@get("/sign-in", opt=open_to("visitor"), include_in_schema=False)
async def sign_in_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    settings: NamedDependency[SkipValidation[Settings]],
    next: FromQuery[str] = HOME,
    arrived: FromQuery[bool] = False,
) -> Response[Any]:
    if principal_of(request):
        return Redirect(safe_path(next, HOME))
    return _page(pages, request, settings, notice=_(NOT_KEPT) if arrived else None, next=next)


@post("/sign-in", opt=open_to("anyone", SIGNING_IN), include_in_schema=False)
async def sign_in(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    settings: NamedDependency[SkipValidation[Settings]],
) -> Response[Any]:
    values = await typed_in(request)
    try:
        entry = await signing_in.sign_in(db, values["email"].strip(), values["password"], arrival_of(request))
    except (signing_in.WrongPassword, MustWait) as refusal:
        shown = {"values": values, "errors": {"password": refusal.sentence}, "next": values["next"]}
        return _refused(_page(pages, request, settings, refusal.status, **shown), refusal)
    return entered(pages, request, entry, safe_path(values["next"], HOME))


@post("/sign-in/code", opt=open_to("anyone", SIGNING_IN), include_in_schema=False)
async def second_step(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[Any]:
    values = await typed_in(request)
    path = safe_path(values["next"], HOME)
    try:
        token = await two_step.second_step(db, values["step"], values["code"], arrival_of(request))
    except (two_step.WrongCode, MustWait) as refusal:
        errors = {"code": refusal.sentence}
        return _refused(_second_step_page(pages, request, values["step"], path, refusal.status, errors), refusal)
    return signed_in(token, path)


@post("/sign-out", opt=open_to("customer"), include_in_schema=False)
async def sign_out(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(sessions.sign_out, session_token(request), actor_of(request))
    return Redirect("/sign-in", status_code=303, cookies=[cookie_gone()])


def entered(pages: Pages, request: AnyRequest, entry: Entry, path: str) -> Response[Any]:
    """Where the first step leads: in, or to the second."""
    if entry.session:
        return signed_in(entry.session, path)
    return _second_step_page(pages, request, entry.second_step or "", path)


def _page(pages: Pages, request: AnyRequest, settings: Settings, status: int = 200, /, **said: Any) -> Response[str]:
    context = {"values": {}, "errors": {}, "notice": None, "may_sign_up": settings.strangers_may_sign_up, **said}
    return pages.render("control_plane/accounts/sign_in.html", request, status, **context)


def _second_step_page(
    pages: Pages, request: AnyRequest, step: str, path: str, status: int = 200, errors: Fields | None = None
) -> Response[str]:
    shown = {"step": step, "next": path, "errors": errors or {}}
    return pages.render("shared/account/second_step.html", request, status, **shown)


def _refused(page: Response[str], refusal: Refusal) -> Response[str]:
    page.headers.update(refusal_headers(refusal))
    return page
