"""One lead: what was left, changed and noted, and what staff do about it. All works without script."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Invalid, Refusal, Unprocessable
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.texts import _, with_values
from trulybot.leads import following_up, queries, showing
from trulybot.leads.filtering import Filter
from trulybot.leads.forms import LeadChanges
from trulybot.leads.requests import deleted, status_in
from trulybot.leads.statuses import names_of
from trulybot.preferences.current import Choices
from trulybot.preferences.models import OUR_NAMES

LONGEST_NOTE = 5000
MOST_ALIKE = 5


@get("/leads/{lead_id:str}", opt=open_to("viewer"), include_in_schema=False)
async def lead_page(
    lead_id: FromPath[str],
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    choices: NamedDependency[Choices],
    saved: FromQuery[bool] = False,
) -> Response[str]:
    return await _shown(lead_id, request, pages, db, choices, notice=_("Saved.") if saved else None)


@post("/leads/{lead_id:str}/status", opt=open_to("agent"), include_in_schema=False)
async def set_status(lead_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    status = status_in((await request.form()).get("status"))
    lead = await db.read(following_up.found, lead_id)
    await db.write(following_up.set_status, [lead.id], status, actor_of(request))
    return Redirect(f"/leads/{lead.id}?saved=true", status_code=303)


@post("/leads/{lead_id:str}/details", opt=open_to("agent"), include_in_schema=False)
async def change_details(
    lead_id: FromPath[str],
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    choices: NamedDependency[Choices],
) -> Response[Any]:
    """What is known of somebody, corrected or added to; an empty field takes its value away."""
    form = await request.form()
    typed = {name[2:]: str(value) for name, value in form.items() if name.startswith("f-")}
    others = {name: value for name, value in typed.items() if name not in OUR_NAMES}
    wanted = LeadChanges(email=typed.get("email"), phone=typed.get("phone"), name=typed.get("name"), fields=others)
    try:
        await db.write(following_up.change, lead_id, wanted, (await choices.now()).lead_form, actor_of(request))
    except (Unprocessable, Conflict) as refusal:
        errors = refusal.errors or {"email": refusal.sentence}
        return await _shown(
            lead_id, request, pages, db, choices, status=422, values=typed, errors=errors, is_edited=True
        )
    return Redirect(f"/leads/{lead_id}?saved=true", status_code=303)


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
            raise Invalid(with_values("Write at most %(number)s characters.", number=LONGEST_NOTE))
        await db.write(following_up.note, lead_id, typed, actor_of(request))
    except Invalid as refusal:
        return await _shown(lead_id, request, pages, db, choices, status=422, typed=typed, refusal=refusal)
    return Redirect(f"/leads/{lead_id}#notes", status_code=303)


@post("/leads/{lead_id:str}/deletion", opt=open_to("admin"), include_in_schema=False)
async def delete(lead_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    lead = await db.read(following_up.found, lead_id)
    return await deleted([lead.id], request, db, Filter())


def one_lead_pages() -> Routes:
    return Routes(lead_page, set_status, change_details, add_note, delete)


async def _shown(
    lead_id: str,
    request: AnyRequest,
    pages: Pages,
    db: Database,
    choices: Choices,
    *,
    status: int = 200,
    typed: str = "",
    refusal: Refusal | None = None,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    is_edited: bool = False,
    notice: str | None = None,
) -> Response[str]:
    detail = await db.read(following_up.detail, lead_id)
    chosen = await choices.now()
    labels = {field.name: field.label for field in chosen.lead_form.fields}
    names = names_of(chosen.lead_statuses)
    return pages.render(
        "trulybot/leads/lead.html",
        request,
        status,
        lead=showing.line(detail) | showing.facts(detail, labels),
        rows=showing.editable(detail, labels, values or {}),
        notes=detail.notes[::-1],
        history=showing.history(detail, labels, names),
        alike=[showing.line(lead) for lead in await db.read(queries.alike, detail.id, MOST_ALIKE)],
        names=names,
        values={"text": typed},
        errors={"text": refusal.sentence} if refusal else {f"f-{name}": said for name, said in (errors or {}).items()},
        longest=LONGEST_NOTE,
        is_edited=is_edited,
        notice=notice,
    )
