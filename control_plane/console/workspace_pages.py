"""One workspace: going in, its names, and the end of it."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.response import Redirect

from control_plane.console.view import Console
from control_plane.runtimes.converge import Converging
from control_plane.workspaces import closing, renaming, sending_in
from trulybot.kit.access import actor_of, open_to, person_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Unprocessable
from trulybot.kit.forms import typed_in
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes
from trulybot.kit.security import CONTENT_SECURITY_POLICY
from trulybot.kit.texts import N_, _

SAID = {
    "renamed": N_("Renamed. Its people see the new name when they next go in."),
    "moved": N_("The address is changed. The old one leads nowhere any more."),
    "closed": N_("Closed. Its visitors are told so from now on."),
    "reopened": N_("Reopened."),
    "invited": N_("The invitation is on its way."),
    "withdrawn": N_("The invitation is withdrawn."),
    "role": N_("The role is changed; it holds when they next go in."),
    "removed": N_("Removed. A session they have in the workspace ends within the hour."),
    "handed-over": N_("Ownership is handed over; you are an admin now."),
    "domain": N_("Added. It is used once one of the two proofs is there."),
    "verified": N_("The domain is proven, and leads here from now on."),
    "domain-removed": N_("The domain is removed."),
}


@get("/workspaces/{workspace_id:str}", opt=open_to("customer"), include_in_schema=False)
async def workspace_page(
    workspace_id: FromPath[str],
    request: AnyRequest,
    console: NamedDependency[SkipValidation[Console]],
    said: FromQuery[str] = "",
) -> Response[str]:
    mine = await console.mine(request, workspace_id)
    return await console.page(request, mine, notice=_(SAID[said]) if said in SAID else None)


@get("/workspaces/{workspace_id:str}/enter", opt=open_to("customer"), include_in_schema=False)
async def entrance(
    workspace_id: FromPath[str],
    request: AnyRequest,
    console: NamedDependency[SkipValidation[Console]],
    next: FromQuery[str] = "",
) -> Response[str]:
    """Where a workspace sends whose hour is over: this page posts itself, for only a post makes a pass.

    `next` is the page of the workspace's that they wanted; the workspace judges whether it is one.
    """
    mine = await console.mine(request, workspace_id)
    return console.pages.render("control_plane/console/entrance.html", request, mine=mine, next=next)


@post("/workspaces/{workspace_id:str}/enter", opt=open_to("customer"), include_in_schema=False)
async def enter(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
    passes_key: NamedDependency[bytes],
) -> Response[str]:
    """A page that posts the pass on. The browser may send it to that workspace only, with the console as its Origin."""
    mine = await console.mine(request, workspace_id)
    address, email = await console.address(mine.workspace), person_of(request).name
    signed = await db.write(sending_in.send_in, mine.workspace, email, mine.role, passes_key, actor_of(request))
    going = {"mine": mine, "address": address, "signed": signed, "next": (await typed_in(request))["next"]}
    page = console.pages.render("control_plane/console/going_in.html", request, **going)
    page.headers["content-security-policy"] = CONTENT_SECURITY_POLICY.replace(
        "form-action 'self'", f"form-action {address}"
    )
    page.headers["referrer-policy"] = "strict-origin"
    return page


@post("/workspaces/{workspace_id:str}/name", opt=open_to("customer"), include_in_schema=False)
async def rename(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> Response[Any]:
    mine, values = await console.mine(request, workspace_id, "admin"), await typed_in(request)
    try:
        await db.write(renaming.rename, mine.workspace, values["name"], actor_of(request))
    except Unprocessable as refusal:
        return await console.refused(request, mine, refusal, "name", values)
    return back(workspace_id, "renamed")


@post("/workspaces/{workspace_id:str}/slug", opt=open_to("customer"), include_in_schema=False)
async def change_slug(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Response[Any]:
    mine, values = await console.mine(request, workspace_id, "owner"), await typed_in(request)
    try:
        await db.write(renaming.change_slug, mine.workspace, values["slug"].strip().lower(), actor_of(request))
    except (Unprocessable, Conflict) as refusal:
        return await console.refused(request, mine, refusal, "slug", values)
    converging.nudge()
    return back(workspace_id, "moved")


@post("/workspaces/{workspace_id:str}/closing", opt=open_to("customer"), include_in_schema=False)
async def close(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Response[Any]:
    mine, values = await console.mine(request, workspace_id, "owner"), await typed_in(request)
    if values["typed"].strip() != mine.workspace.slug:
        refusal = Unprocessable("Type the address of the workspace, without the domain, to close it.")
        return await console.refused(request, mine, refusal, "typed", values)
    await db.write(closing.close, mine.workspace, actor_of(request))
    converging.nudge()
    return back(workspace_id, "closed")


@post("/workspaces/{workspace_id:str}/reopening", opt=open_to("customer"), include_in_schema=False)
async def reopen(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Redirect:
    mine = await console.mine(request, workspace_id, "owner")
    await db.write(closing.reopen, mine.workspace, actor_of(request))
    converging.nudge()
    return back(workspace_id, "reopened")


def workspace_pages() -> Routes:
    return Routes(workspace_page, entrance, enter, rename, change_slug, close, reopen)


def back(workspace_id: str, said: str, place: str = "") -> Redirect:
    return Redirect(f"/workspaces/{workspace_id}?said={said}{place}", status_code=303)
