"""A customer's workspaces for programs: by a session, whose unsafe requests send the profile's token."""

from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from sqlalchemy import Connection

from control_plane.console import domain_routes, member_routes
from control_plane.console.forms import Closing, NewWorkspace, ShownWorkspace, WorkspaceChanges, WorkspaceList
from control_plane.console.pages import CREATING
from control_plane.console.view import Console
from control_plane.runtimes.converge import Converging
from control_plane.workspaces import closing, creating, renaming, seeing
from control_plane.workspaces.models import Workspace
from control_plane.workspaces.seeing import Mine
from trulybot.kit.access import actor_of, open_to, person_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Unprocessable
from trulybot.kit.events import Actor
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes
from trulybot.kit.texts import told


@get("/api/workspaces", opt=open_to("customer"))
async def workspaces(
    request: AnyRequest, db: NamedDependency[Database], console: NamedDependency[SkipValidation[Console]]
) -> WorkspaceList:
    """Those that the caller is a member of, their own first."""
    mine = await db.read(seeing.all_mine, person_of(request).id)
    return WorkspaceList([await _shown(console, each) for each in mine])


@post("/api/workspaces", opt=open_to("customer", CREATING), status_code=201)
async def create(
    data: JSONBody[NewWorkspace],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> ShownWorkspace:
    """Make a workspace, which the caller owns."""
    slug = data.slug.strip().lower()
    made = await db.write(creating.create, person_of(request).id, data.name, slug, actor_of(request))
    converging.nudge()
    return await _shown(console, Mine(made, "owner"))


@get("/api/workspaces/{workspace_id:str}", opt=open_to("customer"))
async def workspace(
    workspace_id: FromPath[str], request: AnyRequest, console: NamedDependency[SkipValidation[Console]]
) -> ShownWorkspace:
    return await _shown(console, await console.mine(request, workspace_id))


@patch("/api/workspaces/{workspace_id:str}", opt=open_to("customer"))
async def change(
    workspace_id: FromPath[str],
    data: JSONBody[WorkspaceChanges],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> ShownWorkspace:
    """Give it another name, as an admin, or another address, as its owner: both, or neither."""
    mine = await console.mine(request, workspace_id, "admin" if data.slug is None else "owner")
    await db.write(_change, mine.workspace, data, actor_of(request))
    converging.nudge()
    return await _shown(console, await console.mine(request, workspace_id))


@post("/api/workspaces/{workspace_id:str}/closing", opt=open_to("customer"), status_code=200)
async def close(
    workspace_id: FromPath[str],
    data: JSONBody[Closing],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> ShownWorkspace:
    """Take it out of service. It is erased after 30 days, and can be reopened until then."""
    mine = await console.mine(request, workspace_id, "owner")
    if data.slug != mine.workspace.slug:
        raise Unprocessable("Send the workspace’s own slug to close it.")
    await db.write(closing.close, mine.workspace, actor_of(request))
    converging.nudge()
    return await _shown(console, await console.mine(request, workspace_id))


@post("/api/workspaces/{workspace_id:str}/reopening", opt=open_to("customer"), status_code=200)
async def reopen(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> ShownWorkspace:
    """Put a closed workspace back as it was."""
    mine = await console.mine(request, workspace_id, "owner")
    await db.write(closing.reopen, mine.workspace, actor_of(request))
    converging.nudge()
    return await _shown(console, await console.mine(request, workspace_id))


def console_routes() -> Routes:
    return Routes(
        workspaces,
        create,
        workspace,
        change,
        close,
        reopen,
        member_routes.members_of,
        member_routes.change_role,
        member_routes.remove,
        member_routes.invitations,
        member_routes.invite,
        member_routes.withdraw,
        domain_routes.domains_of,
        domain_routes.add,
        domain_routes.verify,
        domain_routes.remove,
    )


def _change(connection: Connection, workspace: Workspace, changes: WorkspaceChanges, actor: Actor) -> None:
    if changes.name is not None:
        renaming.rename(connection, workspace, changes.name, actor)
    if changes.slug is not None:
        renaming.change_slug(connection, workspace, changes.slug.strip().lower(), actor)


async def _shown(console: Console, mine: Mine) -> ShownWorkspace:
    found = mine.workspace
    return ShownWorkspace(
        id=found.id,
        name=found.name,
        slug=found.slug,
        address=await console.address(found),
        plan=found.plan,
        state=found.state,
        role=mine.role,
        reason=told(found.reason),
        erase_at=found.erase_at,
        created_at=found.created_at,
    )
