"""The page of one's own account: name, address, password, how pages read, sessions."""

from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from trulybot.account import changing_address, queries, sessions, signing_in, two_step
from trulybot.account.forms import problem_with_shown_name
from trulybot.account.signing_in import CONFIRMING
from trulybot.kit import passwords, reading
from trulybot.kit.access import actor_of, open_to, person_of
from trulybot.kit.database import Database
from trulybot.kit.emails import problem_with_email, problem_with_mailed_address
from trulybot.kit.errors import Conflict
from trulybot.kit.events import Actor, record
from trulybot.kit.forms import typed_in
from trulybot.kit.jobs import Workers
from trulybot.kit.letters import Letters
from trulybot.kit.lists import RowId
from trulybot.kit.mail_server import MailServer
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


@get("/account", opt=open_to("viewer"), include_in_schema=False)
async def account_page(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages], said: FromQuery[str] = ""
) -> Response[str]:
    return await _page(request, db, pages, notice=_(SAID[said]) if said in SAID else None)


@post("/account/shown-name", opt=open_to("viewer"), include_in_schema=False)
async def change_shown_name(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[Any]:
    """An empty one is none: visitors are then told of a teammate, and never of an address."""
    values = await typed_in(request)
    person, name = person_of(request), values["shown_as"].strip()
    if problem := problem_with_shown_name(name):
        return await _page(request, db, pages, 422, errors={"shown_as": problem}, typed=values)
    await db.write(_show_as, person.id, name, actor_of(request))
    return _back("saved")


@post("/account/reading", opt=open_to("viewer"), include_in_schema=False)
async def change_reading(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[Any]:
    values, person = await typed_in(request), person_of(request)
    if errors := reading.problems(values):
        return await _page(request, db, pages, 422, errors=errors, typed=values)
    chosen = (values["language"], values["time_zone"], values["date_format"])
    await db.write(queries.set_reading, person.id, *chosen)
    return _back("saved")


@post("/account/address", opt=open_to("viewer", CONFIRMING), include_in_schema=False)
async def change_address(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    address: NamedDependency[str],
    letters: NamedDependency[Letters],
    workers: NamedDependency[Workers],
    mail_server: NamedDependency[MailServer | None],
) -> Response[Any]:
    """With a mail server the new address counts once a link that is mailed to it is used."""
    values, person = await typed_in(request), person_of(request)
    email, password, actor = values["email"].strip(), values["address_password"], actor_of(request)
    if problem := problem_with_mailed_address(email) if mail_server else problem_with_email(email):
        return await _page(request, db, pages, 422, errors={"email": problem}, typed=values)
    try:
        if mail_server is None:
            await changing_address.change(db, letters, person.id, email, password, actor)
        else:
            await changing_address.ask(db, letters, address, person.id, email, password, actor)
    except signing_in.WrongPassword:
        errors = {"address_password": _("This is not your password.")}
        return await _page(request, db, pages, 422, errors=errors, typed=values)
    except Conflict as taken:
        return await _page(request, db, pages, 422, errors={"email": taken.sentence}, typed=values)
    workers.nudge()
    return _back("address" if mail_server is None else "address-asked")


@post("/account/password", opt=open_to("viewer", CONFIRMING), include_in_schema=False)
async def change_password(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[Any]:
    values, person = await typed_in(request), person_of(request)
    if problem := passwords.problem_with(values["password"], person.name):
        return await _page(request, db, pages, 422, errors={"password": problem})
    try:
        current, arrival = values["current"], arrival_of(request)
        token = await signing_in.change_password(db, person.id, current, values["password"], arrival)
    except signing_in.WrongPassword:
        return await _page(request, db, pages, 422, errors={"current": _("This is not your password.")})
    return Redirect("/account?said=password", status_code=303, cookies=[cookie_with(token)])


@post("/account/sessions/{session_id:int}/deletion", opt=open_to("viewer"), include_in_schema=False)
async def end_session(session_id: RowId, request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(sessions.end_one, person_of(request).id, session_id, actor_of(request))
    return _back("session", "#sessions")


@post("/account/sessions/deletion", opt=open_to("viewer"), include_in_schema=False)
async def end_other_sessions(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    person = person_of(request)
    await db.write(sessions.end_others, person.id, session_token(request), actor_of(request))
    return _back("sessions", "#sessions")


def _show_as(connection: Connection, staff_id: int, name: str, actor: Actor) -> None:
    queries.show_as(connection, staff_id, name or None)
    record(connection, actor, N_("Changed the name that visitors are told"), name)


def _back(said: str, place: str = "") -> Redirect:
    return Redirect(f"/account?said={quote(said)}{place}", status_code=303)


async def _page(request: AnyRequest, db: Database, pages: Pages, status: int = 200, /, **said: Any) -> Response[str]:
    person = person_of(request)
    values = {"shown_as": person.shown_as or "", "language": person.language, "time_zone": person.time_zone,
              "date_format": person.date_format}  # fmt: skip
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
    return pages.render("trulybot/account/account.html", request, status, **context, values={**values, **typed})
