"""What a workspace may send, and where to: hosts of webhooks, and addresses that people answer to."""

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from control_plane.gateway import permitting, queries
from control_plane.gateway.models import Kind
from control_plane.gateway.permitting import WrongValue
from control_plane.workspaces import seeing
from control_plane.workspaces.seeing import Mine
from trulybot.kit.access import actor_of, open_to, person_of
from trulybot.kit.database import Database
from trulybot.kit.errors import Invalid
from trulybot.kit.forms import typed_in
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.texts import N_, _

PATH = "/workspaces/{workspace_id:str}/sending"
KINDS: dict[Kind, str] = {"webhook": N_("Webhooks to a host"), "reply-to": N_("Answers to an address")}
SAID = {"allowed": N_("Allowed."), "forbidden": N_("Forbidden from now on.")}


@get(PATH, opt=open_to("customer"), include_in_schema=False)
async def sending_page(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
    said: FromQuery[str] = "",
) -> Response[str]:
    mine = await db.read(seeing.mine, person_of(request).id, workspace_id, "admin")
    return await _page(request, db, pages, mine, notice=_(SAID[said]) if said in SAID else None)


@post(PATH, opt=open_to("customer"), include_in_schema=False)
async def allow(
    workspace_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    pages: NamedDependency[Pages],
) -> Response[str] | Redirect:
    mine = await db.read(seeing.mine, person_of(request).id, workspace_id, "admin")
    values = await typed_in(request)
    try:
        await db.write(permitting.permit, workspace_id, _kind(values), values["value"], actor_of(request))
    except WrongValue as refusal:
        return await _page(request, db, pages, mine, refusal.status, errors={"value": refusal.sentence}, values=values)
    return Redirect(f"/workspaces/{workspace_id}/sending?said=allowed", status_code=303)


@post(f"{PATH}/deletion", opt=open_to("customer"), include_in_schema=False)
async def forbid(workspace_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.read(seeing.mine, person_of(request).id, workspace_id, "admin")
    values = await typed_in(request)
    await db.write(permitting.forbid, workspace_id, _kind(values), values["value"], actor_of(request))
    return Redirect(f"/workspaces/{workspace_id}/sending?said=forbidden", status_code=303)


def sending_pages() -> Router:
    return Router("/", route_handlers=[sending_page, allow, forbid])


def _kind(values: dict[str, str]) -> Kind:
    kind = values["kind"]
    if kind not in KINDS:
        raise Invalid(N_("Reload the page and try again."))
    return kind


async def _page(
    request: AnyRequest, db: Database, pages: Pages, mine: Mine, status: int = 200, /, **said: object
) -> Response[str]:
    given = {
        "mine": mine,
        "permissions": await db.read(queries.permissions, mine.workspace.id),
        "kinds": [(kind, _(name)) for kind, name in KINDS.items()],
        "errors": {},
        "values": {},
        "notice": None,
        **said,
    }
    return pages.render("control_plane/console/sending.html", request, status, **given)
