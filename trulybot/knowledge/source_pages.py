"""The list of sources: narrowed, watched while they are read, added to, deleted from and brought back to."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Invalid
from trulybot.kit.jobs import Workers
from trulybot.kit.lists import page_of, place_from
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.texts import _, ngettext
from trulybot.knowledge import queries, sources
from trulybot.knowledge.models import SoughtSources, State
from trulybot.knowledge.showing import source_line
from trulybot.knowledge.uploads import Shelf

PAGE = 50
MOST_DELETED = 100

Words = Annotated[str, QueryParameter(max_length=200)]
Ids = FromQuery[list[str] | None]


@get("/knowledge", opt=open_to("viewer"), include_in_schema=False)
async def sources_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    cursor: FromQuery[str | None] = None,
    only: FromQuery[State | None] = None,
    q: Words = "",
    gone: Ids = None,
    again: FromQuery[int | None] = None,
) -> Response[str]:
    """`gone` names what was just deleted, and `again` says how many are read again."""
    shown = await _listed(db, cursor, only, q)
    deleted = await db.read(queries.deleted_sources, MOST_DELETED)
    just_now = [source for source in deleted if source.id in (gone or ())]
    return pages.render(
        "trulybot/knowledge/sources.html",
        request,
        **shown,
        deleted=deleted,
        gone=[source.id for source in just_now],
        said_of_gone=_said_of_gone(len(just_now), sum(source.passages for source in just_now)),
        notice=_said_of_reading(again) if again is not None else None,
    )


@get("/knowledge/deleted", opt=open_to("viewer"), include_in_schema=False)
async def deleted_page(
    request: AnyRequest, pages: NamedDependency[Pages], db: NamedDependency[Database]
) -> Response[str]:
    deleted = await db.read(queries.deleted_sources, MOST_DELETED)
    return pages.render("trulybot/knowledge/deleted.html", request, deleted=deleted, kept=sources.KEPT_BACK)


@post("/knowledge/reading", opt=open_to("admin"), include_in_schema=False)
async def read_many_again(
    request: AnyRequest, db: NamedDependency[Database], workers: NamedDependency[Workers]
) -> Redirect:
    count = await db.write(sources.read_again_if_idle, _ticked(await request.form()), actor_of(request))
    workers.nudge()
    return Redirect(f"/knowledge?again={count}", status_code=303)


@post("/knowledge/deletion", opt=open_to("admin"), include_in_schema=False)
async def delete_many(
    request: AnyRequest, pages: NamedDependency[Pages], db: NamedDependency[Database]
) -> Response[Any]:
    """Asks once, saying what goes, unless that was agreed to already."""
    form = await request.form()
    ticked = _ticked(form)
    if form.get("agreed") != "yes":
        going = [source for each in ticked if (source := await db.read(queries.source, each))]
        if not going:
            return Redirect("/knowledge", status_code=303)
        return pages.render("trulybot/knowledge/deletion.html", request, sources=going)
    gone = await db.write(sources.delete, ticked, actor_of(request))
    return Redirect(f"/knowledge?{urlencode([('gone', source.id) for source in gone])}", status_code=303)


@post("/knowledge/return", opt=open_to("admin"), include_in_schema=False)
async def bring_back(request: AnyRequest, db: NamedDependency[Database], workers: NamedDependency[Workers]) -> Redirect:
    await db.write(sources.bring_back, _ticked(await request.form()), actor_of(request))
    workers.nudge()
    return Redirect("/knowledge", status_code=303)


@post("/knowledge/erasure", opt=open_to("admin"), include_in_schema=False)
async def erase(
    request: AnyRequest,
    db: NamedDependency[Database],
    shelf: NamedDependency[Shelf],
    workers: NamedDependency[Workers],
) -> Redirect:
    """What was deleted is cleared now, and cannot be brought back any more."""
    for source_id in _ticked(await request.form()):
        await sources.erase(db, shelf, source_id, actor_of(request))
    workers.nudge()
    return Redirect("/knowledge/deleted", status_code=303)


def source_pages() -> Routes:
    shown = [sources_page, deleted_page]
    return Routes(*shown, read_many_again, delete_many, bring_back, erase)


def _ticked(form: FormMultiDict) -> list[str]:
    ticked = [each for each in form.getall("id", []) if isinstance(each, str)]
    if not ticked:
        raise Invalid("Tick at least one source first.")
    return ticked[: sources.MOST_AT_ONCE]


async def _listed(db: Database, cursor: str | None, only: State | None, q: str) -> dict[str, Any]:
    words = q.strip()
    found = await db.read(queries.sources, PAGE + 1, place_from(cursor), SoughtSources(only, words))
    shown, following = page_of(found, PAGE, lambda source: (source.created_at, source.id))
    return {
        "sources": [source_line(source) for source in shown],
        "totals": await db.read(queries.totals),
        "only": only,
        "q": words,
        "filters": {each: _address(each, words) for each in (None, "ready", "busy", "failed")},
        "live": _address(only, words, cursor),
        "newer": _address(only, words) if cursor else None,
        "older": _address(only, words, following) if following else None,
    }


def _address(only: State | None, q: str, cursor: str | None = None) -> str:
    return "/knowledge" + _query(only, q, cursor)


def _query(only: State | None, q: str, cursor: str | None) -> str:
    given = {name: value for name, value in {"only": only, "q": q, "cursor": cursor}.items() if value}
    return f"?{urlencode(given)}" if given else ""


def _said_of_gone(count: int, passages: int) -> str:
    what = ngettext("%(num)s source", "%(num)s sources", count) % {"num": f"{count:,}"}
    with_it = ngettext("%(num)s passage", "%(num)s passages", passages) % {"num": f"{passages:,}"}
    return _("Deleted %(sources)s and %(passages)s. This can be undone for an hour.") % {
        "sources": what,
        "passages": with_it,
    }


def _said_of_reading(count: int) -> str:
    said = ngettext("%(num)s source is read again.", "%(num)s sources are read again.", count)
    return said % {"num": f"{count:,}"}
