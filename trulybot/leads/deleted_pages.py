"""Deleted leads, while that can be undone."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.clock import DAY
from trulybot.kit.database import Database
from trulybot.kit.errors import Invalid, NotFound
from trulybot.kit.lists import LARGEST, page_of, place_from
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.texts import _
from trulybot.leads import deleted_queries, deleting
from trulybot.leads.filtering import Filter
from trulybot.leads.requests import PAGE

PATH = "/leads/deleted"


@get(PATH, opt=open_to("admin"), include_in_schema=False)
async def deleted_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    cursor: FromQuery[str | None] = None,
    erased: FromQuery[bool] = False,
) -> Response[str]:
    found = await db.read(deleted_queries.deleted, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, lambda lead: (lead.deleted_at, lead.id))
    return pages.render(
        "trulybot/leads/deleted.html",
        request,
        leads=shown,
        days=deleting.KEPT_FOR // DAY,
        notice=_("Erased the lead for good.") if erased else None,
        newer=PATH if cursor else None,
        older=f"{PATH}?cursor={following}" if following else None,
    )


@post("/leads/restoration", opt=open_to("admin"), include_in_schema=False)
async def restore_at(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    """What was deleted a moment ago."""
    typed = str((await request.form()).get("at", ""))
    if not typed.isdecimal() or int(typed) > LARGEST:
        raise Invalid("This cannot be undone here. Look among the deleted leads.")
    back = await db.write(deleting.undo_at, int(typed), actor_of(request))
    return Redirect(Filter().page(restored=str(len(back))), status_code=303)


@post(f"{PATH}/{{lead_id:str}}/restoration", opt=open_to("admin"), include_in_schema=False)
async def restore(lead_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    back = await db.write(deleting.undo, [lead_id], actor_of(request))
    if not back:
        raise NotFound("This lead is not among the deleted ones. It may have been erased already.")
    return Redirect(f"/leads/{back[0].id}?saved=true", status_code=303)


@post(f"{PATH}/{{lead_id:str}}/erasure", opt=open_to("owner"), include_in_schema=False)
async def erase(lead_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(deleting.erase, lead_id, actor_of(request))
    return Redirect(f"{PATH}?erased=true", status_code=303)


def deleted_pages() -> Routes:
    return Routes(deleted_page, restore_at, restore, erase)
