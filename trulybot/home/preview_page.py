"""The preview: a page as anybody’s that carries the widget, as it is, or as a form says before it is saved."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from trulybot.home.fields import Fields, read_from, typed_in
from trulybot.home.settings_page import GENERAL
from trulybot.home.widget_page import FIELDS, line_for
from trulybot.kit.access import open_to
from trulybot.kit.errors import Unprocessable
from trulybot.kit.limits import Limit
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.security import framed_by
from trulybot.kit.texts import _
from trulybot.leads.form_rows import form_of, typed_sheet
from trulybot.preferences.current import Choices
from trulybot.preferences.models import Preferences
from trulybot.widget.draft_routes import PATH
from trulybot.widget.drafts import Drafts

DRAFTING = Limit("drafts of the widget", times=300, seconds=60)

Typed = Mapping[str, object]
Form = Literal["looks", "texts", "leads"]


@get("/widget/preview", opt=open_to("anyone"), include_in_schema=False)
async def preview(request: AnyRequest, pages: NamedDependency[Pages], address: NamedDependency[str]) -> Response[str]:
    """It shows what /chat shows, so it is as public."""
    return _page(request, pages, address, "/widget.js")


@post(PATH, opt=open_to("viewer", DRAFTING), include_in_schema=False)
async def draft(
    form: FromQuery[Form],
    request: AnyRequest,
    choices: NamedDependency[Choices],
    drafts: NamedDependency[Drafts],
) -> Response[None]:
    """What is typed in one of the forms, where it could be saved."""
    chosen = await choices.tried(_READERS[form](await request.form()))
    name = drafts.keep(_with_form_in_sight(chosen) if form == "leads" else chosen)
    return Response(None, status_code=201, headers={"Location": f"{PATH}/{name}"})


@get(f"{PATH}/{{draft:str}}", opt=open_to("viewer"), include_in_schema=False)
async def draft_page(
    draft: FromPath[str],
    request: AnyRequest,
    pages: NamedDependency[Pages],
    address: NamedDependency[str],
    drafts: NamedDependency[Drafts],
) -> Response[str]:
    drafts.draft(draft)
    return _page(request, pages, address, f"{PATH}/{draft}/widget.js")


def preview_pages() -> Routes:
    return Routes(preview, draft, draft_page)


def _typed_choices(typed: Typed, fields: Fields) -> dict[str, object]:
    changes, errors = read_from(typed_in(typed, fields), fields)
    if errors:
        raise Unprocessable(_("Nothing was saved yet: see the fields marked below."), errors=errors)
    return changes


def _typed_lead_form(typed: Typed) -> dict[str, object]:
    return form_of(typed_sheet({name: value for name, value in typed.items() if isinstance(value, str)}))


_READERS: dict[Form, Callable[[Typed], dict[str, object]]] = {
    "looks": lambda typed: {"widget": _typed_choices(typed, FIELDS)},
    "texts": partial(_typed_choices, fields=GENERAL.fields),
    "leads": lambda typed: {"lead_form": _typed_lead_form(typed)},
}


def _with_form_in_sight(chosen: Preferences) -> Preferences:
    """As soon as the chat opens, whenever visitors are to be asked."""
    form = chosen.lead_form
    return msgspec.structs.replace(chosen, lead_form=msgspec.structs.replace(form, before=form.is_used))


def _page(request: AnyRequest, pages: Pages, address: str, script: str) -> Response[str]:
    shown = {"script": script, "is_draft": script.startswith(PATH), "line": line_for(address)}
    page = pages.render("trulybot/preferences/preview.html", request, **shown)
    page.headers["content-security-policy"] = framed_by("'self'")
    return page
