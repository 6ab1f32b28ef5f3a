"""The page behind a one-time link: an account is made, a workspace joined, a password or an address changed."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from control_plane.accounts import changing_address, forgotten, inviting, links, queries, signing_up
from control_plane.accounts.models import Link
from control_plane.accounts.pages import HOME, entered
from trulybot.kit import passwords
from trulybot.kit.access import Principal, actor_of, open_to, principal_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Unauthenticated
from trulybot.kit.forms import Fields, typed_in
from trulybot.kit.jobs import Workers
from trulybot.kit.letters import Letters
from trulybot.kit.limits import Limit
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.ranks import NAMES
from trulybot.kit.sessions import Entry, arrival_of
from trulybot.kit.texts import _

ARRIVING = Limit("one-time links", times=30, seconds=300)
TEMPLATES = {
    "sign up": "control_plane/accounts/sign_up_end.html",
    "operator": "control_plane/accounts/sign_up_end.html",
    "invitation": "control_plane/accounts/invitation.html",
    "new password": "shared/account/new_password.html",
    "new address": "shared/account/new_address.html",
}


@get("/welcome/{token:str}", opt=open_to("visitor", ARRIVING), include_in_schema=False)
async def arrive(
    token: FromPath[str], request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[str]:
    """Shows only: a link that a mail scanner or a preview opens must not be used up."""
    return await _page(request, db, pages, token, await db.read(links.link_behind, token))


@post("/welcome/{token:str}", opt=open_to("visitor", ARRIVING), include_in_schema=False)
async def use_link(
    token: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    letters: NamedDependency[Letters],
    workers: NamedDependency[Workers],
) -> Response[Any]:
    link, arrival = await db.read(links.link_behind, token), arrival_of(request)
    if link.purpose == "new address":
        await changing_address.confirm(db, letters, token, arrival.address)
        workers.nudge()
        return Redirect("/account?said=address", status_code=303)
    if link.purpose == "invitation" and await db.read(_has_account, link.email):
        return await _accept(request, db, token)
    password = (await typed_in(request))["password"]
    if problem := passwords.problem_with(password, link.email):
        return await _page(request, db, pages, token, link, {"password": problem})
    if link.purpose == "new password":
        return entered(pages, request, await forgotten.set_password(db, token, password, arrival), HOME)
    session = await signing_up.make_account(db, token, password, arrival)
    return entered(pages, request, Entry(session=session), _home_of(link))


def _has_account(connection: Connection, email: str) -> bool:
    return queries.account_with(connection, email) is not None


async def _accept(request: AnyRequest, db: Database, token: str) -> Redirect:
    principal = principal_of(request)
    if principal is None:
        raise Unauthenticated("Sign in first, then open the link again.")
    workspace_id = await db.write(inviting.accept, token, principal.id, actor_of(request))
    return Redirect(f"/workspaces/{workspace_id}", status_code=303)


def _home_of(link: Link) -> str:
    return f"/workspaces/{link.workspace_id}" if link.workspace_id else HOME


async def _page(
    request: AnyRequest, db: Database, pages: Pages, token: str, link: Link, errors: Fields | None = None
) -> Response[str]:
    context = {
        "token": token,
        "email": link.email,
        "link": link,
        "role": _(NAMES[link.role]) if link.role else "",
        "values": {},
        "errors": errors or {},
        "step": await _step(db, link, principal_of(request)),
    }
    return pages.render(TEMPLATES[link.purpose], request, 422 if errors else 200, **context)


async def _step(db: Database, link: Link, principal: Principal | None) -> str:
    """What whoever is invited has to do first."""
    if principal and principal.name.casefold() == link.email.casefold():
        return "accept"
    if principal:
        return "leave"
    return "sign in" if await db.read(_has_account, link.email) else "make an account"
