"""One workspace: going in, its names, and the end of it."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.response import Redirect

from control_plane.console.pages import is_up
from control_plane.console.showing import address_of, shown
from control_plane.runtimes.converge import Converging
from control_plane.runtimes.folders import Folders
from control_plane.settings import Settings
from control_plane.workspaces import closing, queries, renaming, seeing, sending_in
from control_plane.workspaces.seeing import Mine
from trulybot.kit.access import actor_of, open_to, person_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Refusal, Unprocessable
from trulybot.kit.forms import typed_in
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.security import CONTENT_SECURITY_POLICY
from trulybot.kit.texts import N_, _

SAID = {
    "renamed": N_("Renamed. Its people see the new name when they next go in."),
    "moved": N_("The address is changed. The old one leads nowhere any more."),
    "closed": N_("Closed. Its visitors are told so from now on."),
    "reopened": N_("Reopened."),
}


@get("/workspaces/{workspace_id:str}", opt=open_to("customer"), include_in_schema=False)
async def workspace_page(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    folders: NamedDependency[SkipValidation[Folders]],
    settings: NamedDependency[SkipValidation[Settings]],
    said: FromQuery[str] = "",
) -> Response[str]:
    mine = await db.read(seeing.mine, person_of(request).id, workspace_id)
    notice = _(SAID[said]) if said in SAID else None
    return await _page(request, db, pages, folders, settings, mine, notice=notice)


@get("/workspaces/{workspace_id:str}/enter", opt=open_to("customer"), include_in_schema=False)
async def entrance(
    workspace_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database], pages: NamedDependency[Pages]
) -> Response[str]:
    """Where a workspace sends whose hour is over: this page posts itself, for only a post makes a pass."""
    mine = await db.read(seeing.mine, person_of(request).id, workspace_id)
    return pages.render("control_plane/console/entrance.html", request, mine=mine)


@post("/workspaces/{workspace_id:str}/enter", opt=open_to("customer"), include_in_schema=False)
async def enter(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    settings: NamedDependency[SkipValidation[Settings]],
    passes_key: NamedDependency[bytes],
) -> Response[str]:
    """A page that posts the pass on. The browser may send it to that workspace only, with the console as its Origin."""
    mine = await db.read(seeing.mine, person_of(request).id, workspace_id)
    address = address_of(mine.workspace, await _own_names(db, workspace_id), settings)
    person = person_of(request)
    signed = await db.write(sending_in.send_in, mine.workspace, person.name, mine.role, passes_key, actor_of(request))
    page = pages.render("control_plane/console/going_in.html", request, mine=mine, address=address, signed=signed)
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
    pages: NamedDependency[Pages],
    folders: NamedDependency[SkipValidation[Folders]],
    settings: NamedDependency[SkipValidation[Settings]],
) -> Response[Any]:
    mine = await db.read(seeing.mine, person_of(request).id, workspace_id, "admin")
    values = await typed_in(request)
    try:
        await db.write(renaming.rename, mine.workspace, values["name"], actor_of(request))
    except Unprocessable as refusal:
        return await _refused(request, db, pages, folders, settings, mine, refusal, "name", values)
    return _back(workspace_id, "renamed")


@post("/workspaces/{workspace_id:str}/slug", opt=open_to("customer"), include_in_schema=False)
async def change_slug(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    folders: NamedDependency[SkipValidation[Folders]],
    settings: NamedDependency[SkipValidation[Settings]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Response[Any]:
    mine = await db.read(seeing.mine, person_of(request).id, workspace_id, "owner")
    values = await typed_in(request)
    try:
        await db.write(renaming.change_slug, mine.workspace, values["slug"].strip().lower(), actor_of(request))
    except (Unprocessable, Conflict) as refusal:
        return await _refused(request, db, pages, folders, settings, mine, refusal, "slug", values)
    converging.nudge()
    return _back(workspace_id, "moved")


@post("/workspaces/{workspace_id:str}/closing", opt=open_to("customer"), include_in_schema=False)
async def close(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    folders: NamedDependency[SkipValidation[Folders]],
    settings: NamedDependency[SkipValidation[Settings]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Response[Any]:
    mine = await db.read(seeing.mine, person_of(request).id, workspace_id, "owner")
    values = await typed_in(request)
    if values["typed"].strip() != mine.workspace.slug:
        refusal = Unprocessable(_("Type the address of the workspace, without the domain, to close it."))
        return await _refused(request, db, pages, folders, settings, mine, refusal, "typed", values)
    await db.write(closing.close, mine.workspace, actor_of(request))
    converging.nudge()
    return _back(workspace_id, "closed")


@post("/workspaces/{workspace_id:str}/reopening", opt=open_to("customer"), include_in_schema=False)
async def reopen(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Redirect:
    mine = await db.read(seeing.mine, person_of(request).id, workspace_id, "owner")
    await db.write(closing.reopen, mine.workspace, actor_of(request))
    converging.nudge()
    return _back(workspace_id, "reopened")


def workspace_pages() -> Router:
    return Router("/", route_handlers=[workspace_page, entrance, enter, rename, change_slug, close, reopen])


def _back(workspace_id: str, said: str) -> Redirect:
    return Redirect(f"/workspaces/{workspace_id}?said={said}", status_code=303)


async def _own_names(db: Database, workspace_id: str) -> list[str]:
    domains = await db.read(queries.domains, workspace_id)
    return [domain.name for domain in domains if domain.verified_at is not None]


async def _refused(
    request: AnyRequest,
    db: Database,
    pages: Pages,
    folders: Folders,
    settings: Settings,
    mine: Mine,
    refusal: Refusal,
    field: str,
    values: dict[str, str],
) -> Response[str]:
    errors = {field: refusal.sentence}
    return await _page(request, db, pages, folders, settings, mine, refusal.status, errors=errors, typed=values)


async def _page(
    request: AnyRequest,
    db: Database,
    pages: Pages,
    folders: Folders,
    settings: Settings,
    mine: Mine,
    status: int = 200,
    /,
    **said: Any,
) -> Response[str]:
    workspace = mine.workspace
    context = {
        "mine": mine,
        "shown": shown(workspace, is_up=await is_up(folders, workspace)),
        "address": address_of(workspace, await _own_names(db, workspace.id), settings),
        "domain": settings.workspace_domain,
        "errors": {},
        "notice": None,
        **said,
    }
    values = {"name": workspace.name, "slug": workspace.slug, **context.pop("typed", {})}
    return pages.render("control_plane/console/workspace.html", request, status, **context, values=values)
