"""Domains of the owner’s own: added, proven, removed."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect

from control_plane.console.view import Console
from control_plane.console.workspace_pages import back
from control_plane.runtimes.converge import Converging
from control_plane.workspaces import domains
from control_plane.workspaces.proving import Proving
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Unprocessable
from trulybot.kit.forms import typed_in
from trulybot.kit.limits import Limit
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes

DOMAIN = "/workspaces/{workspace_id:str}/domains/{name:str}"
PLACE = "#domains"
PROVING = Limit("proving domains", times=20, seconds=300)


@post("/workspaces/{workspace_id:str}/domains", opt=open_to("customer"), include_in_schema=False)
async def add(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> Response[Any]:
    mine, values = await console.mine(request, workspace_id, "admin"), await typed_in(request)
    try:
        name = domains.normal_domain(values["domain_name"], console.settings.ours)
        await db.write(domains.add, mine.workspace, name, actor_of(request))
    except (Unprocessable, Conflict) as refusal:
        return await console.refused(request, mine, refusal, "domain_name", values)
    return back(workspace_id, "domain", PLACE)


@post(
    "/workspaces/{workspace_id:str}/domains/{name:str}/proof", opt=open_to("customer", PROVING), include_in_schema=False
)
async def verify(
    workspace_id: FromPath[str],
    name: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
    proving: NamedDependency[SkipValidation[Proving]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Response[Any]:
    mine = await console.mine(request, workspace_id, "admin")
    try:
        await domains.verify(db, proving, mine.workspace, name, actor_of(request))
    except domains.NotProven as refusal:
        return await console.refused(request, mine, refusal, f"proof-{name}", {})
    converging.nudge()
    return back(workspace_id, "verified", PLACE)


@post(f"{DOMAIN}/deletion", opt=open_to("customer"), include_in_schema=False)
async def remove(
    workspace_id: FromPath[str],
    name: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Redirect:
    mine = await console.mine(request, workspace_id, "admin")
    await db.write(domains.remove, mine.workspace, name, actor_of(request))
    converging.nudge()
    return back(workspace_id, "domain-removed", PLACE)


def domain_pages() -> Routes:
    return Routes(add, verify, remove)
