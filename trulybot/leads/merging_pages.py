"""Two leads that may be one person, beside each other; which of them stays is asked once."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Redirect

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Invalid
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.leads import following_up, merging, showing
from trulybot.leads.requests import ticked_in
from trulybot.preferences.current import Choices

LeadId = Annotated[str, QueryParameter(max_length=40)]


@post("/leads/merging", opt=open_to("agent"), include_in_schema=False)
async def merge_ticked(request: AnyRequest) -> Redirect:
    """From the list: exactly two have to be ticked."""
    ticked, _typed = await ticked_in(request)
    if len(ticked) != 2:
        raise Invalid("Tick exactly two leads to merge them.")
    return Redirect(f"/leads/merging?one={ticked[0]}&other={ticked[1]}", status_code=303)


@get("/leads/merging", opt=open_to("agent"), include_in_schema=False)
async def merging_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    choices: NamedDependency[Choices],
    one: LeadId,
    other: LeadId,
) -> Response[Any]:
    labels = {field.name: field.label for field in (await choices.now()).lead_form.fields}
    both = [await db.read(following_up.detail, lead_id) for lead_id in (one, other)]
    if both[0].id == both[1].id:
        return Redirect(f"/leads/{both[0].id}", status_code=303)
    leads = [showing.line(detail) | showing.facts(detail, labels) | {"times": len(detail.captures)} for detail in both]
    return pages.render("trulybot/leads/merging.html", request, leads=leads)


@post("/leads/merging/agreement", opt=open_to("agent"), include_in_schema=False)
async def merge(request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    form = await request.form()
    kept, others = str(form.get("kept", "")), [str(each) for each in form.getall("id", [])]
    other = next((lead_id for lead_id in others if lead_id != kept), "")
    if kept not in others:
        raise Invalid("Choose which of the two stays.")
    lead = await db.write(merging.merge, kept, other, actor_of(request))
    return Redirect(f"/leads/{lead.id}?saved=true", status_code=303)


def merging_pages() -> Routes:
    return Routes(merge_ticked, merging_page, merge)
