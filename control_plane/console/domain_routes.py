"""Domains of the owner's own, for programs."""

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation

from control_plane.console.domain_pages import PROVING
from control_plane.console.forms import DomainList, NewDomain, ShownDomain
from control_plane.console.view import Console
from control_plane.runtimes.converge import Converging
from control_plane.workspaces import domains, queries
from control_plane.workspaces.models import Domain
from control_plane.workspaces.proving import PAGE, RECORD, Proving
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.pages import AnyRequest


@get("/api/workspaces/{workspace_id:str}/domains", opt=open_to("customer"))
async def domains_of(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> DomainList:
    """By name; for admins."""
    await console.mine(request, workspace_id, "admin")
    return DomainList([_shown(each) for each in await db.read(queries.domains, workspace_id)])


@post("/api/workspaces/{workspace_id:str}/domains", opt=open_to("customer"), status_code=201)
async def add(
    workspace_id: FromPath[str],
    data: JSONBody[NewDomain],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
) -> ShownDomain:
    """Ask for a name. It is used once it is proven."""
    mine = await console.mine(request, workspace_id, "admin")
    name = domains.normal_domain(data.name, console.settings.ours)
    return _shown(await db.write(domains.add, mine.workspace, name, actor_of(request)))


@post("/api/workspaces/{workspace_id:str}/domains/{name:str}/proof", opt=open_to("customer", PROVING), status_code=204)
async def verify(
    workspace_id: FromPath[str],
    name: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
    proving: NamedDependency[SkipValidation[Proving]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> None:
    """Look whether its record or its page is there, and take the name into use."""
    mine = await console.mine(request, workspace_id, "admin")
    await domains.verify(db, proving, mine.workspace, name, actor_of(request))
    converging.nudge()


@delete("/api/workspaces/{workspace_id:str}/domains/{name:str}", opt=open_to("customer"))
async def remove(
    workspace_id: FromPath[str],
    name: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    console: NamedDependency[SkipValidation[Console]],
    converging: NamedDependency[SkipValidation[Converging]],
) -> None:
    mine = await console.mine(request, workspace_id, "admin")
    await db.write(domains.remove, mine.workspace, name, actor_of(request))
    converging.nudge()


def _shown(domain: Domain) -> ShownDomain:
    return ShownDomain(
        name=domain.name,
        token=domain.token,
        record=f"{RECORD}.{domain.name}",
        page=f"http://{domain.name}{PAGE}",
        added_at=domain.added_at,
        verified_at=domain.verified_at,
    )
