"""The pages on which staff add documents and see what became of them."""

from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation
from litestar.response import Redirect

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound, Refusal
from trulybot.kit.jobs import Workers
from trulybot.kit.lists import RowId, page_of, place_from
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.words import sized
from trulybot.knowledge import adding, gap_queries, gaps, page_queries, queries, sources
from trulybot.knowledge.models import Source
from trulybot.knowledge.uploads import FORM_OVERHEAD, Shelf
from trulybot.settings import Settings

PAGE = 50
FILES_AT_ONCE = 20

Skip = Annotated[int, QueryParameter(ge=0, le=10_000_000)]


@get("/knowledge", opt=open_to("viewer"), include_in_schema=False)
async def sources_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    cursor: FromQuery[str | None] = None,
    deleted: FromQuery[int | None] = None,
) -> Response[str]:
    listed = await _listed(db, cursor)
    notice = None if deleted is None else f"Deleted the source and its {deleted:,} passages."
    return pages.render("trulybot/knowledge/sources.html", request, **listed, notice=notice)


@get("/knowledge/list", opt=open_to("viewer"), include_in_schema=False)
async def sources_fragment(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    return pages.render("trulybot/knowledge/_sources.html", request, **await _listed(db, cursor))


@get("/knowledge/add", opt=open_to("admin"), include_in_schema=False)
async def add_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    settings: NamedDependency[SkipValidation[Settings]],
    kind: FromQuery[str] = "files",
) -> Response[str]:
    shown = kind if kind in adding.BY_FORM else "files"
    return _add_form(request, pages, settings, shown)


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
        await add_by_form(db, shelf, form)
    except Refusal as refusal:
        field = refusal.data.get("field", adding.FIRST_FIELD[kind])
        return _add_form(request, pages, settings, kind, adding.to_show_again(form), {field: refusal.sentence})
    workers.nudge()
    return Redirect("/knowledge", status_code=303)


@get("/knowledge/{source_id:str}", opt=open_to("viewer"), include_in_schema=False)
async def source_page(
    source_id: FromPath[str],
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    skip: Skip = 0,
) -> Response[str]:
    source = await db.read(queries.source, source_id)
    if source is None:
        raise NotFound("There is no such source. It may have been deleted.")
    found = await db.read(page_queries.passages_of_source, source_id, PAGE + 1, skip)
    here = f"/knowledge/{source_id}"
    return pages.render(
        "trulybot/knowledge/source.html",
        request,
        source=_shown(source),
        passages=found[:PAGE],
        newer=f"{here}?skip={max(0, skip - PAGE)}" if skip else None,
        older=f"{here}?skip={skip + PAGE}" if len(found) > PAGE else None,
    )


@post("/knowledge/{source_id:str}/reading", opt=open_to("admin"), include_in_schema=False)
async def read_again(
    source_id: FromPath[str], db: NamedDependency[Database], workers: NamedDependency[Workers]
) -> Redirect:
    await sources.read_again(db, source_id)
    workers.nudge()
    return Redirect("/knowledge", status_code=303)


@post("/knowledge/{source_id:str}/deletion", opt=open_to("admin"), include_in_schema=False)
async def delete(
    source_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database], shelf: NamedDependency[Shelf]
) -> Redirect:
    _, passages = await sources.delete(db, shelf, source_id, actor_of(request))
    return Redirect(f"/knowledge?deleted={passages}", status_code=303)


@get("/gaps", opt=open_to("viewer"), include_in_schema=False)
async def gaps_page(
    request: AnyRequest, pages: NamedDependency[Pages], db: NamedDependency[Database], skip: Skip = 0
) -> Response[str]:
    found = await db.read(gap_queries.open_gaps, PAGE + 1, skip)
    return pages.render(
        "trulybot/knowledge/gaps.html",
        request,
        gaps=found[:PAGE],
        answered=[] if skip else await db.read(gaps.answered_lately),
        newer=f"/gaps?skip={max(0, skip - PAGE)}" if skip else None,
        older=f"/gaps?skip={skip + PAGE}" if len(found) > PAGE else None,
    )


@post("/gaps/{gap_id:int}/deletion", opt=open_to("admin"), include_in_schema=False)
async def close_gap(gap_id: RowId, db: NamedDependency[Database]) -> Redirect:
    await db.write(gap_queries.close, gap_id)
    return Redirect("/gaps", status_code=303)


def knowledge_pages(max_file_bytes: int) -> Router:
    most = FILES_AT_ONCE * max_file_bytes + FORM_OVERHEAD
    adding_files = Router("/", route_handlers=[add], request_max_body_size=most)
    shown = [sources_page, sources_fragment, add_page, source_page, gaps_page]
    return Router("/", route_handlers=[adding_files, *shown, read_again, delete, close_gap])


async def _listed(db: Database, cursor: str | None) -> dict[str, Any]:
    found = await db.read(queries.sources, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, lambda source: (source.created_at, source.id))
    return {
        "sources": [_shown(source) for source in shown],
        "totals": await db.read(queries.totals),
        "newer": "/knowledge" if cursor else None,
        "older": f"/knowledge?cursor={following}" if following else None,
    }


def _add_form(
    request: AnyRequest,
    pages: Pages,
    settings: Settings,
    kind: str,
    values: dict[str, str | list[str]] | None = None,
    errors: dict[str, str] | None = None,
) -> Response[str]:
    return pages.render(
        "trulybot/knowledge/add.html",
        request,
        422 if errors else 200,
        kind=kind,
        values=values or {},
        errors=errors or {},
        limits={"file": sized(settings.max_file_bytes), "pages": settings.max_pages},
    )


def _shown(source: Source) -> dict[str, Any]:
    walk = source.walk
    how_far = f"At most {walk.pages:,} pages, {walk.depth} links deep" if source.kind == "crawl" else None
    return {
        **msgspec.structs.asdict(source),
        "options_text": f"At most {walk.pages:,} pages" if source.kind == "sitemap" else how_far,
    }
