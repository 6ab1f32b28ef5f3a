"""The pages that mail somebody a link: to sign up, and for whoever forgot their password."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from control_plane.accounts import forgotten, signing_up
from control_plane.settings import Settings
from trulybot.kit import reader
from trulybot.kit.access import open_to
from trulybot.kit.database import Database
from trulybot.kit.emails import normal_email
from trulybot.kit.forms import Fields, typed_in
from trulybot.kit.jobs import Workers
from trulybot.kit.limits import Limit, Limits
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.texts import _

ASKING = Limit("asking for a link", times=10, seconds=900)


@get("/sign-up", opt=open_to("visitor"), include_in_schema=False)
async def sign_up_page(
    request: AnyRequest, pages: NamedDependency[Pages], settings: NamedDependency[SkipValidation[Settings]]
) -> Response[str]:
    return _sign_up(pages, request, settings)


@post("/sign-up", opt=open_to("anyone", ASKING), include_in_schema=False)
async def sign_up(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    settings: NamedDependency[SkipValidation[Settings]],
    limits: NamedDependency[Limits],
    workers: NamedDependency[Workers],
) -> Response[str]:
    """Says the same whoever asks; where strangers may not sign up nothing is begun, and the page says so."""
    values = await typed_in(request)
    if not settings.strangers_may_sign_up:
        return _sign_up(pages, request, settings, 403)
    email = normal_email(values["email"])
    if email is None:
        return _sign_up(pages, request, settings, 422, values, _wrong())
    await signing_up.ask(db, limits, email, reader.current.get().language)
    workers.nudge()
    return _sign_up(pages, request, settings, 200, values, asked=True)


@get("/forgotten-password", opt=open_to("visitor"), include_in_schema=False)
async def forgotten_page(request: AnyRequest, pages: NamedDependency[Pages]) -> Response[str]:
    return _forgotten(pages, request)


@post("/forgotten-password", opt=open_to("anyone", ASKING), include_in_schema=False)
async def ask_for_password(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    limits: NamedDependency[Limits],
    workers: NamedDependency[Workers],
) -> Response[str]:
    """Says the same whoever asks."""
    values = await typed_in(request)
    email = normal_email(values["email"])
    if email is None:
        return _forgotten(pages, request, 422, values, _wrong())
    await forgotten.ask(db, limits, email)
    workers.nudge()
    return _forgotten(pages, request, 200, values, asked=True)


def _wrong() -> Fields:
    return {"email": _("Give a whole e-mail address, such as you@example.com.")}


def _sign_up(
    pages: Pages,
    request: AnyRequest,
    settings: Settings,
    status: int = 200,
    values: Fields | None = None,
    errors: Fields | None = None,
    asked: bool = False,
) -> Response[str]:
    shown = {"values": values or {}, "errors": errors or {}, "asked": asked, "is_open": settings.strangers_may_sign_up}
    return pages.render("control_plane/accounts/sign_up.html", request, status, **shown)


def _forgotten(
    pages: Pages,
    request: AnyRequest,
    status: int = 200,
    values: Fields | None = None,
    errors: Fields | None = None,
    asked: bool = False,
) -> Response[str]:
    shown = {"values": values or {}, "errors": errors or {}, "asked": asked}
    return pages.render("control_plane/accounts/forgotten.html", request, status, **shown)
