"""The list of leads, and what is done with several of them. All work without script."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Invalid
from trulybot.kit.lists import LARGEST, page_of, place_from
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.texts import ngettext
from trulybot.leads import following_up, queries, showing
from trulybot.leads.filtering import DAYS, REACHES, Filter, filter_from
from trulybot.leads.models import STATUSES, Reach, Status
from trulybot.leads.requests import PAGE, deleted, status_in, ticked_in
from trulybot.leads.statuses import names_of
from trulybot.preferences.current import Choices

Words = Annotated[str, QueryParameter(max_length=200)]
Days = Annotated[int | None, QueryParameter(ge=1, le=3650)]
Moment = Annotated[int | None, QueryParameter(ge=0, le=LARGEST)]


@get("/leads", opt=open_to("viewer"), include_in_schema=False)
async def leads_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    choices: NamedDependency[Choices],
    status: FromQuery[Status | None] = None,
    q: Words = "",
    has: FromQuery[Reach | None] = None,
    days: Days = None,
    cursor: FromQuery[str | None] = None,
    changed: FromQuery[int | None] = None,
    deleted: FromQuery[int | None] = None,
    restored: FromQuery[int | None] = None,
    at: Moment = None,
) -> Response[str]:
    chosen = Filter(status, q, has, days)
    found = await db.read(queries.leads, chosen.sought, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, lambda lead: (lead.captured_at, lead.id))
    form = await choices.now()
    return pages.render(
        "trulybot/leads/leads.html",
        request,
        leads=[showing.line(lead) for lead in shown],
        counts=await db.read(queries.counts),
        names=names_of(form.lead_statuses),
        chosen=chosen,
        ways=REACHES,
        spans=DAYS,
        filters={each: Filter(each, q, has, days).page() for each in (None, *STATUSES)},
        notice=_notice(changed, deleted, restored),
        undo=at if deleted else None,
        has_form=form.lead_form.is_used,
        newer=chosen.page() if cursor else None,
        older=chosen.page(cursor=following) if following else None,
    )


@post("/leads/status", opt=open_to("agent"), include_in_schema=False)
async def set_status_of_many(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    """Of those that are ticked; then back to the list as it was."""
    ticked, typed = await ticked_in(request)
    changed = await db.write(following_up.set_status, ticked, status_in(typed.get("status")), actor_of(request))
    return Redirect(filter_from(typed).page(changed=str(len(changed))), status_code=303)


@post("/leads/deletion", opt=open_to("admin"), include_in_schema=False)
async def delete_many(
    request: AnyRequest, pages: NamedDependency[Pages], db: NamedDependency[Database]
) -> Response[Any]:
    """Those that are ticked, once that was agreed to."""
    ticked, typed = await ticked_in(request)
    if not ticked:
        raise Invalid("Tick the leads first.")
    back = filter_from(typed)
    if not typed.get("agreed"):
        found = await db.read(queries.leads_by_id, ticked)
        leads = [showing.line(lead) for lead in found]
        return pages.render("trulybot/leads/deletion.html", request, leads=leads, chosen=back)
    return await deleted(ticked, request, db, back)


def list_pages() -> Routes:
    return Routes(leads_page, set_status_of_many, delete_many)


def _notice(changed: int | None, deleted: int | None, restored: int | None) -> str | None:
    if deleted is not None:
        said = ngettext("Deleted %(num)s lead.", "Deleted %(num)s leads.", deleted)
        return said % {"num": f"{deleted:,}"}
    if restored is not None:
        return ngettext("%(num)s lead is back.", "%(num)s leads are back.", restored) % {"num": f"{restored:,}"}
    if changed is None:
        return None
    said = ngettext("Changed the status of %(num)s lead.", "Changed the status of %(num)s leads.", changed)
    return said % {"num": f"{changed:,}"}
