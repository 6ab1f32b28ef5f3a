"""Who is in a workspace, for programs."""

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation

from control_plane.accounts import inviting, members
from control_plane.console.forms import InvitationList, MemberList, NewInvitation, NewRole
from control_plane.console.view import Console
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.jobs import Workers
from trulybot.kit.letters import Letters
from trulybot.kit.limits import Limits
from trulybot.kit.lists import RowId
from trulybot.kit.pages import AnyRequest


@get("/api/workspaces/{workspace_id:str}/members", opt=open_to("customer"))
async def members_of(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> MemberList:
    await console.mine(request, workspace_id)
    return MemberList(await db.read(members.members_of, workspace_id))


@patch("/api/workspaces/{workspace_id:str}/members/{account_id:int}", opt=open_to("customer"), status_code=204)
async def change_role(
    workspace_id: FromPath[str],
    account_id: RowId,
    data: JSONBody[NewRole],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> None:
    """Make a member something else, as the owner. It holds when they next go in."""
    await console.mine(request, workspace_id, "owner")
    await db.write(members.change_role, workspace_id, account_id, data.role, actor_of(request))


@delete("/api/workspaces/{workspace_id:str}/members/{account_id:int}", opt=open_to("customer"))
async def remove(
    workspace_id: FromPath[str],
    account_id: RowId,
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> None:
    """Remove a member, as the owner. A session they have in the workspace ends within its hour."""
    await console.mine(request, workspace_id, "owner")
    await db.write(members.remove, workspace_id, account_id, actor_of(request))


@get("/api/workspaces/{workspace_id:str}/invitations", opt=open_to("customer"))
async def invitations(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> InvitationList:
    """Those that still work, the latest first; for the owner."""
    await console.mine(request, workspace_id, "owner")
    return InvitationList(await db.read(members.invitations_to, workspace_id))


@post("/api/workspaces/{workspace_id:str}/invitations", opt=open_to("customer"), status_code=202)
async def invite(
    workspace_id: FromPath[str],
    data: JSONBody[NewInvitation],
    request: AnyRequest,
    db: NamedDependency[Database],
    limits: NamedDependency[Limits],
    letters: NamedDependency[Letters],
    workers: NamedDependency[Workers],
    console: NamedDependency[SkipValidation[Console]],
) -> None:
    """Mail an invitation, as the owner. One of before to the same address ends."""
    mine = await console.mine(request, workspace_id, "owner")
    workspace = (workspace_id, mine.workspace.name)
    address = console.settings.console
    await inviting.invite(db, limits, letters, address, workspace, data.email, data.role, actor_of(request))
    workers.nudge()


@delete("/api/workspaces/{workspace_id:str}/invitations/{invitation_id:int}", opt=open_to("customer"))
async def withdraw(
    workspace_id: FromPath[str],
    invitation_id: RowId,
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> None:
    await console.mine(request, workspace_id, "owner")
    await db.write(inviting.withdraw, workspace_id, invitation_id, actor_of(request))
