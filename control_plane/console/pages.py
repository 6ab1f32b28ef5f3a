"""The owner's first page: their workspaces, and a new one."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect

from control_plane.console.showing import shown
from control_plane.runtimes.converge import Converging
from control_plane.runtimes.dialling import answers
from control_plane.runtimes.folders import Folders
from control_plane.settings import Settings
from control_plane.workspaces import creating, naming, seeing
from control_plane.workspaces.models import Workspace
from trulybot.kit.access import actor_of, open_to, person_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Unprocessable
from trulybot.kit.forms import typed_in
from trulybot.kit.limits import Limit
from trulybot.kit.pages import AnyRequest, Pages

CREATING = Limit("creating workspaces", times=20, seconds=3600)


@get("/", opt=open_to("customer"), include_in_schema=False)
async def workspaces_page(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    folders: NamedDependency[SkipValidation[Folders]],
    settings: NamedDependency[SkipValidation[Settings]],
) -> Response[str]:
    mine = await db.read(seeing.all_mine, person_of(request).id)
    rows = [(each, shown(each.workspace, is_up=await is_up(folders, each.workspace))) for each in mine]
    return pages.render("control_plane/console/workspaces.html", request, rows=rows, host_of=settings.host_of)


@get("/workspaces/new", opt=open_to("customer"), include_in_schema=False)
async def new_workspace_page(
    request: AnyRequest, pages: NamedDependency[Pages], settings: NamedDependency[SkipValidation[Settings]]
) -> Response[str]:
    return _new_page(pages, request, settings)


@post("/workspaces", opt=open_to("customer", CREATING), include_in_schema=False)
async def create(
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    settings: NamedDependency[SkipValidation[Settings]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Response[Any]:
    values = await typed_in(request)
    name, slug = values["name"], values["slug"].strip().lower()
    try:
        workspace = await db.write(creating.create, person_of(request).id, name, slug, actor_of(request))
    except (Unprocessable, Conflict) as refusal:
        field = "slug" if naming.problem_with(slug) or isinstance(refusal, creating.Taken) else "name"
        return _new_page(pages, request, settings, refusal.status, values=values, errors={field: refusal.sentence})
    converging.nudge()
    return Redirect(f"/workspaces/{workspace.id}", status_code=303)


def console_pages() -> Router:
    return Router("/", route_handlers=[workspaces_page, new_workspace_page, create])


async def is_up(folders: Folders, workspace: Workspace) -> bool:
    return workspace.should_run and await answers(folders.socket(workspace.id), seconds=0.5)


def _new_page(
    pages: Pages, request: AnyRequest, settings: Settings, status: int = 200, /, **said: Any
) -> Response[str]:
    context = {"values": {}, "errors": {}, "domain": settings.workspace_domain, **said}
    return pages.render("control_plane/console/new.html", request, status, **context)
