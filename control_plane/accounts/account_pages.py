"""The page of one's own account: how pages read, password, address, sessions."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation
from litestar.response import Redirect

from control_plane.accounts import changing_address, queries, sessions, signing_in, two_step
from control_plane.accounts.guessing import MustWait
from control_plane.accounts.signing_in import CONFIRMING
from control_plane.settings import Settings
from trulybot.kit import passwords, reading
from trulybot.kit.access import actor_of, open_to, person_of
from trulybot.kit.database import Database
from trulybot.kit.emails import normal_email
from trulybot.kit.forms import typed_in
from trulybot.kit.jobs import Workers
from trulybot.kit.letters import Letters
from trulybot.kit.lists import RowId
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.security import hashed
from trulybot.kit.sessions import arrival_of, cookie_with, session_token
from trulybot.kit.texts import N_, _

SAID = {
    "password": N_("Your password was changed, and every other session of yours has ended."),
    "saved": N_("Saved."),
    "address": N_("Your address was changed. Sign in with it from now on."),
    "address-asked": N_(
        "A mail is on its way to the new address. Until its link is opened, you sign in with the old one."
    ),
    "session": N_("The session has ended."),
    "sessions": N_("All your other sessions have ended."),
}


@get("/account", opt=open_to("customer"), include_in_schema=False)
async def account_page(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages], said: FromQuery[str] = ""
) -> Response[str]:
    return await _page(request, db, pages, notice=_(SAID[said]) if said in SAID else None)


@post("/account/reading", opt=open_to("customer"), include_in_schema=False)
async def change_reading(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[Any]:
    values, person = await typed_in(request), person_of(request)
    if errors := reading.problems(values):
        return await _page(request, db, pages, 422, errors=errors, typed=values)
    chosen = (values["language"], values["time_zone"], values["date_format"])
    await db.write(queries.set_reading, person.id, *chosen)
    return _back("saved")


@post("/account/address", opt=open_to("customer", CONFIRMING), include_in_schema=False)
async def change_address(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    letters: NamedDependency[Letters],
    settings: NamedDependency[SkipValidation[Settings]],
    workers: NamedDependency[Workers],
) -> Response[Any]:
    values, person = await typed_in(request), person_of(request)
    email, password = normal_email(values["email"]), values["address_password"]
    if email is None:
        errors = {"email": _("Give a whole e-mail address, such as you@example.com.")}
        return await _page(request, db, pages, 422, errors=errors, typed=values)
    try:
        await changing_address.ask(db, letters, settings.console, person.id, email, password, actor_of(request))
    except (signing_in.WrongPassword, MustWait) as refusal:
        return await _page(request, db, pages, 422, errors={"address_password": _said(refusal)}, typed=values)
    workers.nudge()
    return _back("address-asked")


@post("/account/password", opt=open_to("customer", CONFIRMING), include_in_schema=False)
async def change_password(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[Any]:
    values, person = await typed_in(request), person_of(request)
    if problem := passwords.problem_with(values["password"], person.name):
        return await _page(request, db, pages, 422, errors={"password": problem})
    try:
        current, arrival = values["current"], arrival_of(request)
        token = await signing_in.change_password(db, person.id, current, values["password"], arrival)
    except (signing_in.WrongPassword, MustWait) as refusal:
        return await _page(request, db, pages, 422, errors={"current": _said(refusal)})
    return Redirect("/account?said=password", status_code=303, cookies=[cookie_with(token)])


@post("/account/sessions/{session_id:int}/deletion", opt=open_to("customer"), include_in_schema=False)
async def end_session(session_id: RowId, request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(sessions.end_one, person_of(request).id, session_id, actor_of(request))
    return _back("session", "#sessions")


@post("/account/sessions/deletion", opt=open_to("customer"), include_in_schema=False)
async def end_other_sessions(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(sessions.end_others, person_of(request).id, session_token(request), actor_of(request))
    return _back("sessions", "#sessions")


def _said(refusal: signing_in.WrongPassword | MustWait) -> str:
    return refusal.sentence if isinstance(refusal, MustWait) else _("This is not your password.")


def _back(said: str, place: str = "") -> Redirect:
    return Redirect(f"/account?said={said}{place}", status_code=303)


async def _page(request: AnyRequest, db: Database, pages: Pages, status: int = 200, /, **said: Any) -> Response[str]:
    person = person_of(request)
    values = {"language": person.language, "time_zone": person.time_zone, "date_format": person.date_format}
    context = {
        "errors": {},
        "notice": None,
        "sessions": await db.read(queries.sessions_of, person.id, hashed(session_token(request))),
        "has_two_steps": await db.read(two_step.is_on, person.id),
        "languages": reading.languages(),
        "time_zones": reading.time_zones(),
        "date_formats": reading.date_formats(),
        **said,
    }
    typed = context.pop("typed", {})
    return pages.render("control_plane/accounts/account.html", request, status, **context, values={**values, **typed})
