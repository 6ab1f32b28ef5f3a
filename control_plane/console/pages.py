"""The owner's first page: their workspaces, and a new one."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect

from control_plane.console.showing import shown
from control_plane.console.view import Console
from control_plane.runtimes.converge import Converging
from control_plane.workspaces import creating, naming, seeing
from trulybot.kit.access import actor_of, open_to, person_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Unprocessable
from trulybot.kit.forms import typed_in
from trulybot.kit.limits import Limit
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes

CREATING = Limit("creating workspaces", times=20, seconds=3600)


@get("/", opt=open_to("customer"), include_in_schema=False)
async def workspaces_page(
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> Response[str]:
    mine = await db.read(seeing.all_mine, person_of(request).id)
    rows = [(each, shown(each.workspace, is_up=await console.is_up(each.workspace))) for each in mine]
    host_of = console.settings.host_of
    return console.pages.render("control_plane/console/workspaces.html", request, rows=rows, host_of=host_of)


@get("/workspaces/new", opt=open_to("customer"), include_in_schema=False)
async def new_workspace_page(request: AnyRequest, console: NamedDependency[SkipValidation[Console]]) -> Response[str]:
    return _new_page(console, request)


@post("/workspaces", opt=open_to("customer", CREATING), include_in_schema=False)
async def create(
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Response[Any]:
    values = await typed_in(request)
    name, slug = values["name"], values["slug"].strip().lower()
    try:
        workspace = await db.write(creating.create, person_of(request).id, name, slug, actor_of(request))
    except (Unprocessable, Conflict) as refusal:
        field = "slug" if naming.problem_with(slug) or isinstance(refusal, creating.Taken) else "name"
        return _new_page(console, request, refusal.status, values=values, errors={field: refusal.sentence})
    converging.nudge()
    return Redirect(f"/workspaces/{workspace.id}", status_code=303)


def console_pages() -> Routes:
    return Routes(workspaces_page, new_workspace_page, create)


def _new_page(console: Console, request: AnyRequest, status: int = 200, /, **said: Any) -> Response[str]:
    context = {"values": {}, "errors": {}, "domain": console.settings.workspace_domain, **said}
    return console.pages.render("control_plane/console/new.html", request, status, **context)
