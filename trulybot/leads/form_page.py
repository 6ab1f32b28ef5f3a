"""The page on which the owner chooses what visitors may leave, and when they are asked. It works without script."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.errors import Refusal
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.texts import N_, _
from trulybot.leads.form_rows import MOST, Sheet, form_of, rearranged, sheet_of, typed_sheet
from trulybot.preferences.current import Choices

KINDS = (
    ("email", N_("E-mail address")),
    ("phone", N_("Telephone number")),
    ("name", N_("Name")),
    ("text", N_("Text")),
    ("select", N_("One of several")),
)


@get("/lead-form", opt=open_to("viewer"), include_in_schema=False)
async def lead_form_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    choices: NamedDependency[Choices],
    saved: FromQuery[bool] = False,
) -> Response[str]:
    sheet = sheet_of((await choices.now()).lead_form)
    return _page(request, pages, sheet, notice=_("Saved.") if saved else None)


@post("/lead-form", opt=open_to("admin"), include_in_schema=False)
async def save(request: AnyRequest, pages: NamedDependency[Pages], choices: NamedDependency[Choices]) -> Response[Any]:
    """Save it, or only add, move or take away a field, which is not saved yet."""
    typed = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    sheet = typed_sheet(typed)
    if step := typed.get("step"):
        return _page(request, pages, rearranged(sheet, step), is_unsaved=True)
    try:
        await choices.change({"lead_form": form_of(sheet)}, actor_of(request))
    except Refusal as refusal:
        return _page(request, pages, sheet, refusal=refusal)
    return Redirect("/lead-form?saved=true", status_code=303)


def lead_form_pages() -> Routes:
    return Routes(lead_form_page, save)


def _page(
    request: AnyRequest,
    pages: Pages,
    sheet: Sheet,
    *,
    notice: str | None = None,
    is_unsaved: bool = False,
    refusal: Refusal | None = None,
) -> Response[str]:
    return pages.render(
        "trulybot/leads/form.html",
        request,
        refusal.status if refusal else 200,
        sheet=sheet,
        values={**sheet.texts, **sheet.moments, "after_questions": sheet.after_questions, "country": sheet.country},
        kinds=[(kind, _(name)) for kind, name in KINDS],
        may_add=len(sheet.rows) < MOST,
        errors=refusal.errors if refusal else {},
        alert=refusal.sentence if refusal else None,
        notice=notice,
        is_unsaved=is_unsaved,
    )
