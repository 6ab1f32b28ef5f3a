"""A visitor leaves their details; staff see them and follow them up. Pages are in pages.py."""

from typing import Annotated, Any

from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from litestar.response import Stream

from trulybot.contract import IDEMPOTENCY_KEY
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound
from trulybot.kit.events import record
from trulybot.kit.limits import Limit
from trulybot.kit.lists import LARGEST, page_of, place_from
from trulybot.kit.routes import Routes
from trulybot.kit.spreadsheets import CSV
from trulybot.kit.texts import N_
from trulybot.leads import deleting, following_up, queries
from trulybot.leads.capturing import Leads
from trulybot.leads.exporting import table_of
from trulybot.leads.forms import (
    Changed,
    LeadChanges,
    LeadDetail,
    LeadList,
    NewLead,
    NewNote,
    Receipt,
    StatusOfMany,
)
from trulybot.leads.models import Note, Reach, Sought, Status
from trulybot.leads.requests import PAGE
from trulybot.preferences.current import Choices
from trulybot.visitors.knowing import Visitors

LEAVING = Limit("leaving details", times=20, seconds=600)

AnyRequest = Request[Any, Any, Any]
Since = Annotated[int | None, QueryParameter(ge=0, le=LARGEST)]
Words = Annotated[str | None, QueryParameter(max_length=200)]


@post("/api/leads", opt=open_to("visitor", LEAVING))
async def leave(
    data: JSONBody[NewLead],
    request: AnyRequest,
    leads: NamedDependency[Leads],
    visitors: NamedDependency[Visitors],
    idempotency_key: Annotated[str | None, HeaderParameter(name=IDEMPOTENCY_KEY)] = None,
) -> Response[Receipt]:
    """Leave your details. 201 the first time, 200 when this visitor, conversation or request left some before."""
    address = request.scope["state"]["client_address"]
    receipt = await leads.leave(data, address, idempotency_key, visitors.behind(request))
    return Response(receipt, status_code=200 if receipt.merged else 201)


@get("/api/leads", opt=open_to("viewer"))
async def leads_found(
    db: NamedDependency[Database],
    status: FromQuery[Status | None] = None,
    since: Since = None,
    q: Words = None,
    has: FromQuery[list[Reach] | None] = None,
    cursor: FromQuery[str | None] = None,
) -> LeadList:
    """Those who last left something first; `since` is in seconds since 1970, `q` is sought in all they left."""
    sought = Sought(status=status, since=since, words=q, has=tuple(has or ()))
    found = await db.read(queries.leads, sought, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, lambda lead: (lead.captured_at, lead.id))
    return LeadList(list(shown), following)


@patch("/api/leads", opt=open_to("agent"))
async def change_many(data: JSONBody[StatusOfMany], request: AnyRequest, db: NamedDependency[Database]) -> Changed:
    """Give several leads a status. Those that are gone are passed over."""
    return Changed(await db.write(following_up.set_status, data.ids, data.status, actor_of(request)))


@get("/api/leads/export", opt=open_to("admin"))
async def export(
    request: AnyRequest,
    db: NamedDependency[Database],
    status: FromQuery[Status | None] = None,
    since: Since = None,
    q: Words = None,
    has: FromQuery[list[Reach] | None] = None,
) -> Stream:
    """The same as CSV, oldest first; cells that a spreadsheet would calculate begin with an apostrophe."""
    sought = Sought(status=status, since=since, words=q, has=tuple(has or ()))
    await db.write(record, actor_of(request), N_("Exported leads"))
    headers = {"Content-Disposition": 'attachment; filename="leads.csv"', "X-Content-Type-Options": "nosniff"}
    return Stream(table_of(db, sought), media_type=CSV, headers=headers)


@get("/api/leads/{lead_id:str}", opt=open_to("viewer"))
async def lead(lead_id: FromPath[str], db: NamedDependency[Database]) -> LeadDetail:
    """One lead, with all that was left, changed and noted."""
    return await db.read(following_up.detail, lead_id)


@patch("/api/leads/{lead_id:str}", opt=open_to("agent"))
async def change(
    lead_id: FromPath[str],
    data: JSONBody[LeadChanges],
    request: AnyRequest,
    db: NamedDependency[Database],
    choices: NamedDependency[Choices],
) -> LeadDetail:
    """Change its status or what is known of it; what was said before is kept with who changed it."""
    form = (await choices.now()).lead_form
    return await db.write(following_up.change, lead_id, data, form, actor_of(request))


@delete("/api/leads/{lead_id:str}", opt=open_to("admin"))
async def remove(lead_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database]) -> None:
    """Forget somebody: the lead, all they left and all that was noted. It can be undone for 7 days.

    The conversation stays.
    """
    if not await db.write(deleting.delete, [lead_id], actor_of(request)):
        raise NotFound("There is no such lead. It may have been deleted already.")


@post("/api/leads/{lead_id:str}/notes", opt=open_to("agent"))
async def add_note(
    lead_id: FromPath[str], data: JSONBody[NewNote], request: AnyRequest, db: NamedDependency[Database]
) -> Note:
    return await db.write(following_up.note, lead_id, data.text, actor_of(request))


def taking_leads() -> Routes:
    return Routes(leave, leads_found, change_many, export, lead, change, remove, add_note)
