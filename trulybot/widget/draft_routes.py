"""A draft as the widget sees it: an address below which the workspace speaks as if the draft were saved.

Its questions are asked in earnest, of the workspace itself; but nobody’s details are kept under a form that is none.
"""

from typing import Any

from litestar import HttpMethod, Response, get, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from trulybot.kit.access import open_to
from trulybot.kit.errors import Conflict
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes
from trulybot.kit.texts import _
from trulybot.widget.configuration import Configuration
from trulybot.widget.drafts import Drafts
from trulybot.widget.requests import FETCHING, JSON, SCRIPT, colour_in, tags_of

PATH = "/widget/drafts"
ONE = f"{PATH}/{{draft:str}}"
WIDGETS = open_to("anyone", FETCHING)  # it sends no cookie
NOT_KEPT = {"Cache-Control": "no-store"}


@get(f"{ONE}/widget.js", opt=WIDGETS, include_in_schema=False)
async def entry(
    draft: FromPath[str],
    request: AnyRequest,
    widget: NamedDependency[Configuration],
    drafts: NamedDependency[Drafts],
    locale: FromQuery[str] = "",
) -> Response[bytes]:
    found = widget.entry(drafts.draft(draft), locale, tags_of(request))
    return Response(found.body, media_type=SCRIPT, headers=NOT_KEPT)


@get(f"{ONE}/api/widget/config", opt=WIDGETS, include_in_schema=False)
async def configuration(
    draft: FromPath[str],
    request: AnyRequest,
    widget: NamedDependency[Configuration],
    drafts: NamedDependency[Drafts],
    locale: FromQuery[str] = "",
    accent: FromQuery[str] = "",
) -> Response[bytes]:
    found = widget.panel(drafts.draft(draft), locale, tags_of(request), colour_in(accent))
    return Response(found.body, media_type=JSON, headers=NOT_KEPT)


@get(f"{ONE}/widget/{{version:str}}/panel.js", opt=WIDGETS, include_in_schema=False)
async def panel(draft: FromPath[str], version: FromPath[str]) -> Redirect:
    return Redirect(f"/widget/{version}/panel.js", status_code=307)


@post(f"{ONE}/api/leads", opt=WIDGETS, include_in_schema=False)
async def refuse_lead(draft: FromPath[str]) -> None:
    raise Conflict(_("This is a preview: details are not kept."))


@route(
    f"{ONE}/api/{{rest:path}}",
    http_method=[HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE],
    opt=WIDGETS,
    include_in_schema=False,
)
async def ask_in_earnest(draft: FromPath[str], rest: FromPath[str], request: AnyRequest) -> Response[Any]:
    query = request.url.query
    return Redirect(f"/api/{rest.lstrip('/')}{'?' if query else ''}{query}", status_code=307)


def trying_drafts() -> Routes:
    return Routes(entry, configuration, panel, refuse_lead, ask_in_earnest)
