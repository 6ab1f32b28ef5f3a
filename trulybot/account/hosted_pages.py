"""The ways in of a hosted workspace: one, from the console. Whatever else used to lead in leads there."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from trulybot.account import sessions
from trulybot.account.arriving import LASTS, Arriving, NotLetIn
from trulybot.kit.access import actor_of, open_to, principal_of
from trulybot.kit.database import Database
from trulybot.kit.forms import safe_path, typed_in
from trulybot.kit.hosting import Hosting
from trulybot.kit.limits import Limit
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.sessions import NOT_KEPT, arrival_of, cookie_gone, session_token, signed_in
from trulybot.kit.texts import N_, _

HOME = "/"
COMING_IN = Limit("coming in from the console", times=30, seconds=60)
SIGNED_OUT = N_("You are signed out of this workspace.")


@post("/arrive", opt=open_to("console", COMING_IN), include_in_schema=False)
async def arrive(
    request: AnyRequest,
    arriving: NamedDependency[Arriving],
    hosting: NamedDependency[Hosting],
    pages: NamedDependency[Pages],
) -> Response[Any]:
    """From a form of the console's page, with `pass`, and with `next` for whoever was on their way somewhere."""
    try:
        arriving.refuse_other_senders(request.headers.getall("origin", []))
        values = await typed_in(request)
        token = await arriving.enter(values["pass"], arrival_of(request))
    except NotLetIn as refusal:
        return _door(pages, request, hosting, refusal.status, alert=refusal.sentence)
    return signed_in(token, safe_path(values["next"], HOME), LASTS)


@get("/sign-in", opt=open_to("visitor"), include_in_schema=False)
async def sign_in_page(
    request: AnyRequest,
    hosting: NamedDependency[Hosting],
    pages: NamedDependency[Pages],
    next: FromQuery[str] = HOME,
    arrived: FromQuery[bool] = False,
    left: FromQuery[bool] = False,
) -> Response[Any]:
    """Straight to the console, but for whom that would send round and round, or in again at once."""
    if principal_of(request):
        return Redirect(safe_path(next, HOME))
    if left:
        return _door(pages, request, hosting, notice=_(SIGNED_OUT))
    if arrived:
        return _door(pages, request, hosting, alert=_(NOT_KEPT), path=next)
    return Redirect(_entrance(hosting, next), status_code=303)


@post("/sign-out", opt=open_to("viewer"), include_in_schema=False)
async def sign_out(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(sessions.sign_out, session_token(request), actor_of(request))
    return Redirect("/sign-in?left=true", status_code=303, cookies=[cookie_gone()])


@get(["/forgotten-password", "/welcome/{token:str}"], opt=open_to("anyone"), include_in_schema=False)
async def other_ways_in(hosting: NamedDependency[Hosting]) -> Redirect:
    return Redirect(hosting.entrance, status_code=303)


@get("/account/two-step", opt=open_to("anyone"), include_in_schema=False)
async def two_step_page(hosting: NamedDependency[Hosting]) -> Redirect:
    return Redirect(hosting.account_page, status_code=303)


def _door(
    pages: Pages,
    request: AnyRequest,
    hosting: Hosting,
    status: int = 200,
    path: str = HOME,
    alert: str | None = None,
    notice: str | None = None,
) -> Response[str]:
    shown = {"alert": alert, "notice": notice, "entrance": _entrance(hosting, path)}
    return pages.render("trulybot/account/hosted_sign_in.html", request, status, **shown)


def _entrance(hosting: Hosting, path: str) -> str:
    return f"{hosting.entrance}?{urlencode({'next': safe_path(path, HOME)})}"
