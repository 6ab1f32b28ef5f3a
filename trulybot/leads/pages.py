"""Leads as staff see them: the list, and each with what was left, changed and noted. All work without script."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Invalid, Refusal
from trulybot.kit.lists import page_of, place_from
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.words import counted
from trulybot.leads import following_up, queries, showing
from trulybot.leads.forms import MOST_AT_ONCE
from trulybot.leads.models import STATUSES, Sought, Status
from trulybot.leads.routes import author_of
from trulybot.preferences.current import Choices

PAGE = 50
LONGEST_NOTE = 5000

Words = Annotated[str, QueryParameter(max_length=200)]


@get("/leads", opt=open_to("viewer"), include_in_schema=False)
async def leads_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    choices: NamedDependency[Choices],
    status: FromQuery[Status | None] = None,
    q: Words = "",
    cursor: FromQuery[str | None] = None,
    changed: FromQuery[int | None] = None,
    deleted: FromQuery[bool] = False,
) -> Response[str]:
    sought = Sought(status=status, words=q.strip() or None)
    found = await db.read(queries.leads, sought, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, lambda lead: (lead.captured_at, lead.id))
    return pages.render(
        "trulybot/leads/leads.html",
        request,
        leads=[showing.line(lead) for lead in shown],
        counts=await db.read(queries.counts),
        statuses=STATUSES,
        status=status,
        q=q,
        filters={each: _address(each, q) for each in (None, *STATUSES)},
        export="/api/leads/export" + _query(status, q),
        notice=_notice(changed, deleted),
        has_form=(await choices.now()).lead_form.is_used,
        newer=_address(status, q) if cursor else None,
        older=_address(status, q, cursor=following) if following else None,
    )


@post("/leads/status", opt=open_to("agent"), include_in_schema=False)
async def set_status_of_many(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    """Of those that are ticked; then back to the list as it was."""
    form = await request.form()
    ticked = [str(each) for each in form.getall("id", [])][:MOST_AT_ONCE]
    changed = await db.write(queries.set_status, ticked, _status_in(form.get("status")), author_of(request))
    shown = form.get("shown")
    back = _address(_status_in(shown) if shown else None, str(form.get("q", ""))[:200], changed=str(len(changed)))
    return Redirect(back, status_code=303)


@get("/leads/{lead_id:str}", opt=open_to("viewer"), include_in_schema=False)
async def lead_page(
    lead_id: FromPath[str],
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    choices: NamedDependency[Choices],
    saved: FromQuery[bool] = False,
) -> Response[str]:
    return await _shown(lead_id, request, pages, db, choices, notice="Saved." if saved else None)


@post("/leads/{lead_id:str}/status", opt=open_to("agent"), include_in_schema=False)
async def set_status(lead_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    status = _status_in((await request.form()).get("status"))
    lead = await db.read(following_up.found, lead_id)
    await db.write(queries.set_status, [lead.id], status, author_of(request))
    return Redirect(f"/leads/{lead.id}?saved=true", status_code=303)


@post("/leads/{lead_id:str}/notes", opt=open_to("agent"), include_in_schema=False)
async def add_note(
    lead_id: FromPath[str],
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    choices: NamedDependency[Choices],
) -> Response[Any]:
    typed = str((await request.form()).get("text", ""))
    try:
        if len(typed) > LONGEST_NOTE:
            raise Invalid(f"Write at most {LONGEST_NOTE:,} characters.")
        await db.write(following_up.note, lead_id, typed, author_of(request))
    except Invalid as refusal:
        return await _shown(lead_id, request, pages, db, choices, typed=typed, refusal=refusal)
    return Redirect(f"/leads/{lead_id}#notes", status_code=303)


@post("/leads/{lead_id:str}/deletion", opt=open_to("admin"), include_in_schema=False)
async def delete(lead_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(following_up.delete, lead_id, actor_of(request))
    return Redirect("/leads?deleted=true", status_code=303)


def lead_pages() -> Router:
    return Router("/", route_handlers=[leads_page, set_status_of_many, lead_page, set_status, add_note, delete])


async def _shown(
    lead_id: str,
    request: AnyRequest,
    pages: Pages,
    db: Database,
    choices: Choices,
    *,
    typed: str = "",
    refusal: Refusal | None = None,
    notice: str | None = None,
) -> Response[str]:
    detail = await db.read(following_up.detail, lead_id)
    labels = {field.name: field.label for field in (await choices.now()).lead_form.fields}
    return pages.render(
        "trulybot/leads/lead.html",
        request,
        422 if refusal else 200,
        lead=showing.line(detail) | showing.facts(detail, labels),
        notes=detail.notes[::-1],
        history=showing.history(detail, labels),
        statuses=STATUSES,
        values={"text": typed, "status": detail.status},
        errors={"text": refusal.sentence} if refusal else {},
        longest=LONGEST_NOTE,
        notice=notice,
    )


def _status_in(typed: object) -> Status:
    for status in STATUSES:
        if status == typed:
            return status
    raise Invalid("There is no such status. Choose one from the list.")


def _notice(changed: int | None, deleted: bool) -> str | None:
    if deleted:
        return "Deleted the lead and all that was kept of it."
    return None if changed is None else f"Changed the status of {counted(changed, 'lead')}."


def _address(status: Status | None, q: str, **more: str) -> str:
    return "/leads" + _query(status, q, **more)


def _query(status: Status | None, q: str, **more: str) -> str:
    given = {name: value for name, value in {"status": status, "q": q.strip(), **more}.items() if value}
    return f"?{urlencode(given)}" if given else ""
