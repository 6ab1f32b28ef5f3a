"""Who is in a workspace: the owner invites, changes, removes and hands over; everybody else may leave."""

from typing import Any, cast, get_args

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect

from control_plane.accounts import inviting, members
from control_plane.accounts.models import Invited
from control_plane.console.view import Console
from control_plane.console.workspace_pages import back
from trulybot.kit.access import actor_of, open_to, person_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Unprocessable
from trulybot.kit.forms import typed_in
from trulybot.kit.jobs import Workers
from trulybot.kit.letters import Letters
from trulybot.kit.limits import Limits
from trulybot.kit.lists import RowId
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes

MEMBER = "/workspaces/{workspace_id:str}/members/{account_id:int}"
PLACE = "#people"


@post("/workspaces/{workspace_id:str}/invitations", opt=open_to("customer"), include_in_schema=False)
async def invite(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    limits: NamedDependency[Limits],
    letters: NamedDependency[Letters],
    workers: NamedDependency[Workers],
    console: NamedDependency[SkipValidation[Console]],
) -> Response[Any]:
    mine, values = await console.mine(request, workspace_id, "owner"), await typed_in(request)
    workspace = (workspace_id, mine.workspace.name)
    try:
        role = _role(values["role"])
        address = console.settings.console
        await inviting.invite(db, limits, letters, address, workspace, values["email"], role, actor_of(request))
    except (Unprocessable, Conflict) as refusal:
        return await console.refused(request, mine, refusal, "email", values)
    workers.nudge()
    return back(workspace_id, "invited", PLACE)


@post(
    "/workspaces/{workspace_id:str}/invitations/{invitation_id:int}/deletion",
    opt=open_to("customer"),
    include_in_schema=False,
)
async def withdraw(
    workspace_id: FromPath[str],
    invitation_id: RowId,
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> Redirect:
    await console.mine(request, workspace_id, "owner")
    await db.write(inviting.withdraw, workspace_id, invitation_id, actor_of(request))
    return back(workspace_id, "withdrawn", PLACE)


@post(f"{MEMBER}/role", opt=open_to("customer"), include_in_schema=False)
async def change_role(
    workspace_id: FromPath[str],
    account_id: RowId,
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> Redirect:
    await console.mine(request, workspace_id, "owner")
    role = _role((await typed_in(request))["role"])
    await db.write(members.change_role, workspace_id, account_id, role, actor_of(request))
    return back(workspace_id, "role", PLACE)


@post(
    "/workspaces/{workspace_id:str}/members/{account_id:int}/deletion", opt=open_to("customer"), include_in_schema=False
)
async def remove(
    workspace_id: FromPath[str],
    account_id: RowId,
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> Redirect:
    await console.mine(request, workspace_id, "owner")
    await db.write(members.remove, workspace_id, account_id, actor_of(request))
    return back(workspace_id, "removed", PLACE)


@post(
    "/workspaces/{workspace_id:str}/members/{account_id:int}/ownership",
    opt=open_to("customer"),
    include_in_schema=False,
)
async def hand_over(
    workspace_id: FromPath[str],
    account_id: RowId,
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> Redirect:
    await console.mine(request, workspace_id, "owner")
    await db.write(members.hand_over, workspace_id, person_of(request).id, account_id, actor_of(request))
    return back(workspace_id, "handed-over", PLACE)


@post("/workspaces/{workspace_id:str}/leaving", opt=open_to("customer"), include_in_schema=False)
async def leave(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> Redirect:
    await console.mine(request, workspace_id)
    await db.write(members.leave, workspace_id, person_of(request).id, actor_of(request))
    return Redirect("/", status_code=303)


def member_pages() -> Routes:
    return Routes(invite, withdraw, change_role, remove, hand_over, leave)


def _role(typed: str) -> Invited:
    if typed not in get_args(Invited):
        raise Unprocessable("Choose one of the roles.")
    return cast(Invited, typed)
