"""One workspace as the operator sees it: what runs, what it wrote, and taking it in and out of service."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.response import Redirect

from control_plane.accounts import members
from control_plane.runtimes.converge import Converging
from control_plane.settings import Settings
from control_plane.staff import showing
from control_plane.staff.observing import Observing
from control_plane.workspaces import running, suspending
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Unprocessable
from trulybot.kit.forms import typed_in
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.ranks import NAMES
from trulybot.kit.texts import N_, _
from trulybot.kit.words import sized

MOST_EVENTS = 20

SAID = {
    "woken": N_("It is being started."),
    "asleep": N_("It is being stopped. The next visitor wakes it."),
    "suspended": N_("Suspended. Its people and visitors are told so from now on."),
    "resumed": N_("Resumed."),
}


@get("/staff/workspaces/{workspace_id:str}", opt=open_to("operator"), include_in_schema=False)
async def workspace_page(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    settings: NamedDependency[SkipValidation[Settings]],
    observing: NamedDependency[SkipValidation[Observing]],
    said: FromQuery[str] = "",
) -> Response[str]:
    notice = _(SAID[said]) if said in SAID else None
    return await _page(request, db, pages, settings, observing, workspace_id, notice=notice)


@post("/staff/workspaces/{workspace_id:str}/waking", opt=open_to("operator"), include_in_schema=False)
async def wake(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    observing: NamedDependency[SkipValidation[Observing]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Redirect:
    seen = await observing.one(workspace_id)
    await db.write(running.wake, seen.workspace, actor_of(request))
    converging.nudge()
    return _back(workspace_id, "woken")


@post("/staff/workspaces/{workspace_id:str}/sleeping", opt=open_to("operator"), include_in_schema=False)
async def sleep(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    observing: NamedDependency[SkipValidation[Observing]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Redirect:
    seen = await observing.one(workspace_id)
    await db.write(running.sleep, seen.workspace, actor_of(request))
    converging.nudge()
    return _back(workspace_id, "asleep")


@post("/staff/workspaces/{workspace_id:str}/suspending", opt=open_to("operator"), include_in_schema=False)
async def suspend(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    settings: NamedDependency[SkipValidation[Settings]],
    observing: NamedDependency[SkipValidation[Observing]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Response[Any]:
    seen = await observing.one(workspace_id)
    values = await typed_in(request)
    try:
        await db.write(suspending.suspend, seen.workspace, values["reason"], actor_of(request))
    except Unprocessable as refusal:
        said = {"values": values, "errors": {"reason": refusal.sentence}}
        return await _page(request, db, pages, settings, observing, workspace_id, refusal.status, **said)
    converging.nudge()
    return _back(workspace_id, "suspended")


@post("/staff/workspaces/{workspace_id:str}/resuming", opt=open_to("operator"), include_in_schema=False)
async def resume(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    observing: NamedDependency[SkipValidation[Observing]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> Redirect:
    seen = await observing.one(workspace_id)
    await db.write(suspending.resume, seen.workspace, actor_of(request))
    converging.nudge()
    return _back(workspace_id, "resumed")


def _back(workspace_id: str, said: str) -> Redirect:
    return Redirect(f"/staff/workspaces/{workspace_id}?said={said}", status_code=303)


async def _page(
    request: AnyRequest,
    db: Database,
    pages: Pages,
    settings: Settings,
    observing: Observing,
    workspace_id: str,
    status: int = 200,
    /,
    **said: Any,
) -> Response[str]:
    seen = await observing.one(workspace_id)
    context = {
        "seen": seen,
        "showing": showing,
        "sized": sized,
        "host": settings.host_of(seen.workspace.slug) if seen.workspace.slug else "",
        "members": await db.read(members.members_of, workspace_id),
        "role_names": {rank: _(name) for rank, name in NAMES.items()},
        "log": await observing.log(workspace_id),
        "security_events": await observing.security_events(MOST_EVENTS, workspace_id=workspace_id),
        "values": {},
        "errors": {},
        "notice": None,
    }
    return pages.render("control_plane/staff/workspace.html", request, status, **{**context, **said})
