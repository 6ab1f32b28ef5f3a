"""The forms by which sources are added."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation
from litestar.response import Redirect

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound, Refusal
from trulybot.kit.jobs import Workers
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.words import sized
from trulybot.knowledge import adding
from trulybot.knowledge.uploads import FORM_OVERHEAD, Shelf
from trulybot.settings import Settings

FILES_AT_ONCE = 20  # without script; with it each file is a request of its own

Typed = Annotated[str, QueryParameter(max_length=2000)]


@get("/knowledge/add", opt=open_to("admin"), include_in_schema=False)
async def add_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    settings: NamedDependency[SkipValidation[Settings]],
    kind: FromQuery[str] = "files",
    title: Typed = "",
) -> Response[str]:
    """`title` fills in that of a text, where what is missing is known."""
    shown = kind if kind in adding.BY_FORM else "files"
    return _form(request, pages, settings, shown, {"title": title} if title else {})


@post("/knowledge/add/{kind:str}", opt=open_to("admin"), include_in_schema=False)
async def add(
    kind: FromPath[str],
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    shelf: NamedDependency[Shelf],
    settings: NamedDependency[SkipValidation[Settings]],
    workers: NamedDependency[Workers],
) -> Response[Any]:
    add_by_form = adding.BY_FORM.get(kind)
    if add_by_form is None:
        raise NotFound("There is no such kind of source.")
    form = await request.form()
    try:
        await add_by_form(db, shelf, form, actor_of(request))
    except Refusal as refusal:
        field = refusal.data.get("field", adding.FIRST_FIELD[kind])
        return _form(request, pages, settings, kind, adding.to_show_again(form), {field: refusal.sentence})
    workers.nudge()
    return Redirect("/knowledge", status_code=303)


def adding_pages(max_file_bytes: int) -> Routes:
    """Only what takes files may be sent so much."""
    most = FILES_AT_ONCE * max_file_bytes + FORM_OVERHEAD
    return Routes(add_page, Routes(add, request_max_body_size=most))


def _form(
    request: AnyRequest,
    pages: Pages,
    settings: Settings,
    kind: str,
    values: dict[str, str | list[str]],
    errors: dict[str, str] | None = None,
) -> Response[str]:
    return pages.render(
        "trulybot/knowledge/add.html",
        request,
        422 if errors else 200,
        kind=kind,
        values=values,
        errors=errors or {},
        limits={"file": sized(settings.max_file_bytes), "pages": settings.max_pages, "bytes": settings.max_file_bytes},
    )
