"""The team and its API keys: everybody sees who there is, the owner decides who."""

from typing import Any, get_args

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from trulybot.account import api_keys, inviting, queries, roles, team, team_queries
from trulybot.account.forms import LONGEST_NAME
from trulybot.account.models import Scope
from trulybot.kit import reader
from trulybot.kit.access import actor_of, open_to, person_of
from trulybot.kit.database import Database
from trulybot.kit.emails import problem_with_email, problem_with_mailed_address
from trulybot.kit.errors import Invalid
from trulybot.kit.forms import Typed, typed_in
from trulybot.kit.jobs import Workers
from trulybot.kit.letters import Letters
from trulybot.kit.lists import RowId
from trulybot.kit.mail_server import MailServer
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.ranks import NAMES, RANKS
from trulybot.kit.texts import N_, _

SCOPES: tuple[Scope, ...] = get_args(Scope)
SAID = {
    "role": N_("The role was changed."),
    "removed": N_("The teammate was removed, and their sessions have ended."),
    "handed-over": N_("Ownership was handed over. You are an admin now."),
    "withdrawn": N_("The invitation was withdrawn."),
    "reset": N_("Their two-step sign-in is off. They can set it up anew."),
    "key-deleted": N_("The key was deleted. It works no more."),
}


@get("/settings/team", opt=open_to("viewer"), include_in_schema=False)
async def team_page(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages], said: FromQuery[str] = ""
) -> Response[str]:
    return await _page(request, db, pages, notice=_(SAID[said]) if said in SAID else None)


@post("/settings/team/invitations", opt=open_to("owner"), include_in_schema=False)
async def invite(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    address: NamedDependency[str],
    letters: NamedDependency[Letters],
    workers: NamedDependency[Workers],
    mail_server: NamedDependency[MailServer | None],
) -> Response[str]:
    """The link is shown in any case: mail may not arrive."""
    values = await typed_in(request)
    email, is_mailed = values["email"].strip(), bool(values["mail"]) and mail_server is not None
    try:
        if problem := problem_with_mailed_address(email) if is_mailed else problem_with_email(email):
            return await _page(request, db, pages, 422, errors={"email": problem}, values=values)
        link = await db.write(inviting.invite, address, email, _scope(values, "role"), actor_of(request))
    except inviting.AlreadyThere as there:
        return await _page(request, db, pages, 422, errors={"email": there.sentence}, values=values)
    if is_mailed:
        letter = letters.write("invitation", reader.current.get(), link=link, person=actor_of(request).name)
        await db.write(inviting.mail, email, link, letter)
        workers.nudge()
    return await _page(request, db, pages, link=link, link_for=email, is_mailed=is_mailed)


@post("/settings/team/invitations/{invitation_id:int}/deletion", opt=open_to("owner"), include_in_schema=False)
async def withdraw(invitation_id: RowId, request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(inviting.withdraw, invitation_id, actor_of(request))
    return _back("withdrawn")


@post("/settings/team/{staff_id:int}/role", opt=open_to("owner"), include_in_schema=False)
async def change_role(staff_id: RowId, request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    role = _scope(await typed_in(request), "role")
    await db.write(team.change_role, staff_id, role, actor_of(request))
    return _back("role")


@post("/settings/team/{staff_id:int}/deletion", opt=open_to("owner"), include_in_schema=False)
async def remove(staff_id: RowId, request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(team.remove, staff_id, actor_of(request))
    return _back("removed")


@post("/settings/team/{staff_id:int}/ownership", opt=open_to("owner"), include_in_schema=False)
async def hand_over(staff_id: RowId, request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(team.hand_over, person_of(request).id, staff_id, actor_of(request))
    return _back("handed-over")


@post("/settings/team/{staff_id:int}/password-link", opt=open_to("owner"), include_in_schema=False)
async def make_password_link(
    staff_id: RowId,
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    address: NamedDependency[str],
) -> Response[str]:
    link = await db.write(team.new_password_link, address, staff_id, actor_of(request))
    return await _page(request, db, pages, password_link=link)


@post("/settings/team/{staff_id:int}/two-step/deletion", opt=open_to("owner"), include_in_schema=False)
async def reset_two_step(staff_id: RowId, request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(team.reset_two_step, staff_id, actor_of(request))
    return _back("reset")


@post("/settings/team/api-keys", opt=open_to("owner"), include_in_schema=False)
async def create_api_key(
    request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[str]:
    values = await typed_in(request)
    name = values["name"].strip()[:LONGEST_NAME]
    if not name:
        return await _page(request, db, pages, 422, errors={"name": _("Give the key a name.")}, values=values)
    key = await db.write(api_keys.create, name, _scope(values, "scope"), actor_of(request))
    return await _page(request, db, pages, new_key=key)


@post("/settings/team/api-keys/{key_id:int}/deletion", opt=open_to("owner"), include_in_schema=False)
async def delete_api_key(key_id: RowId, request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(api_keys.delete, key_id, actor_of(request))
    return Redirect("/settings/team?said=key-deleted#api-keys", status_code=303)


def _scope(values: Typed, name: str) -> Scope:
    for scope in SCOPES:
        if values[name] == scope:
            return scope
    raise Invalid("Choose one of the roles on the page.")


def _back(said: str) -> Redirect:
    return Redirect(f"/settings/team?said={said}", status_code=303)


async def _page(request: AnyRequest, db: Database, pages: Pages, status: int = 200, /, **said: Any) -> Response[str]:
    context = {
        "errors": {},
        "values": {},
        "notice": None,
        "link": None,
        "link_for": None,
        "is_mailed": False,
        "password_link": None,
        "new_key": None,
        "teammates": await db.read(team_queries.teammates),
        "invitations": await db.read(team_queries.invitations),
        "api_keys": await db.read(queries.api_keys),
        "roles": [(rank, _(NAMES[rank])) for rank in RANKS],
        "duties": roles.table(),
        **said,
    }
    return pages.render("trulybot/account/team.html", request, status, **context)
