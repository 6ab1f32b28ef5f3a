"""One source: what became of it and its passages, which can be corrected or left out of all answers."""

from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect
from msgspec import UNSET

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Invalid, NotFound
from trulybot.kit.jobs import Workers
from trulybot.kit.lists import RowId, page_of, place_from
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.knowledge import correcting, passage_queries, queries, sources
from trulybot.knowledge.forms import LONGEST_PASSAGE, PassageChanges
from trulybot.knowledge.models import Changed, SoughtPassages, Source, SourcePassage
from trulybot.knowledge.passages import after, place_of
from trulybot.knowledge.showing import source_line

PAGE = 50
MOST_LOST = 50
NARROWING = ("q", "changed", "cursor")  # of a source's passages, in its page's address

Words = Annotated[str, QueryParameter(max_length=200)]


@get("/knowledge/{source_id:str}", opt=open_to("viewer"), include_in_schema=False)
async def source_page(
    source_id: FromPath[str],
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    cursor: FromQuery[str | None] = None,
    changed: FromQuery[Changed | None] = None,
    q: Words = "",
) -> Response[str]:
    source = await _source(db, source_id)
    sought = SoughtPassages(q.strip(), changed)
    found = await db.read(passage_queries.passages, source_id, PAGE + 1, after(place_from(cursor)), sought)
    shown, following = page_of(found, PAGE, place_of)
    return pages.render(
        "trulybot/knowledge/source.html",
        request,
        source=source_line(source),
        passages=shown,
        counts=await db.read(passage_queries.counts, source_id),
        lost=await db.read(passage_queries.lost_corrections, source_id, MOST_LOST),
        q=sought.words,
        changed=changed,
        at=_query(sought, cursor),
        longest=LONGEST_PASSAGE,
        filters={each: _address(source_id, SoughtPassages(sought.words, each)) for each in _CHANGED},
        first=_address(source_id, sought) if cursor else None,
        following=_address(source_id, sought, following) if following else None,
    )


@get("/knowledge/{source_id:str}/status", opt=open_to("viewer"), include_in_schema=False)
async def status_fragment(
    source_id: FromPath[str], request: AnyRequest, pages: NamedDependency[Pages], db: NamedDependency[Database]
) -> Response[str]:
    source = await _source(db, source_id)
    return pages.render("trulybot/knowledge/_facts.html", request, source=source_line(source))


@post("/knowledge/{source_id:str}/reading", opt=open_to("admin"), include_in_schema=False)
async def read_again(
    source_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    workers: NamedDependency[Workers],
) -> Redirect:
    await db.write(sources.read_again, source_id, actor_of(request))
    workers.nudge()
    return Redirect(f"/knowledge/{source_id}", status_code=303)


@post("/knowledge/{source_id:str}/deletion", opt=open_to("admin"), include_in_schema=False)
async def delete(source_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(sources.delete, [source_id], actor_of(request))
    return Redirect(f"/knowledge?gone={source_id}", status_code=303)


@post("/knowledge/{source_id:str}/lost/deletion", opt=open_to("admin"), include_in_schema=False)
async def forget_lost(source_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(correcting.forget_lost, source_id, actor_of(request))
    return Redirect(f"/knowledge/{source_id}", status_code=303)


@get("/knowledge/{source_id:str}/passages/{passage_id:int}", opt=open_to("viewer"), include_in_schema=False)
async def passage_page(
    source_id: FromPath[str],
    passage_id: RowId,
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
) -> Response[str]:
    source, passage = await _source(db, source_id), await _passage(db, source_id, passage_id)
    shown = {"source": source_line(source), "passage": passage, "longest": LONGEST_PASSAGE, "error": None, "typed": ""}
    return pages.render("trulybot/knowledge/passage.html", request, **shown, at="")


@post("/knowledge/{source_id:str}/passages/{passage_id:int}", opt=open_to("admin"), include_in_schema=False)
async def change_passage(
    source_id: FromPath[str],
    passage_id: RowId,
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    workers: NamedDependency[Workers],
) -> Response[Any]:
    """The form’s button says what is done: `correct`, `restore`, `leave-out` or `take-back`."""
    form = await request.form()
    typed, error = str(form.get("text", "")), None
    try:
        changes = _changes(str(form.get("do", "")), typed)
        passage = await db.write(correcting.change, source_id, passage_id, changes, actor_of(request))
    except Invalid as refusal:
        passage, error = await _passage(db, source_id, passage_id), refusal.sentence
    workers.nudge()
    if "hx-request" not in request.headers and error is None:
        return Redirect(_back(source_id, passage_id, str(form.get("at", ""))), status_code=303)
    source = await _source(db, source_id)
    shown = {
        "source": source_line(source),
        "passage": passage,
        "error": error,
        "typed": typed,
        "longest": LONGEST_PASSAGE,
    }
    whole = "hx-request" not in request.headers
    return pages.render(
        "trulybot/knowledge/passage.html" if whole else "trulybot/knowledge/_passage_alone.html",
        request,
        422 if error and whole else 200,
        **shown,
        at=str(form.get("at", "")),
    )


def passage_pages() -> Routes:
    handlers = [source_page, status_fragment, read_again, delete, forget_lost, passage_page, change_passage]
    return Routes(*handlers)


_CHANGED: tuple[Changed | None, ...] = (None, "corrected", "left-out")


def _changes(do: str, typed: str) -> PassageChanges:
    match do:
        case "correct":
            if not typed.strip() or len(typed) > LONGEST_PASSAGE:
                raise Invalid("Write what the passage should say, in at most 10,000 characters.", field="text")
            return PassageChanges(text=typed)
        case "restore":
            return PassageChanges(text=None)
        case "leave-out" | "take-back":
            return PassageChanges(text=UNSET, excluded=do == "leave-out")
    raise NotFound("There is no such change.")


async def _source(db: Database, source_id: str) -> Source:
    source = await db.read(queries.source, source_id)
    if source is None:
        raise NotFound("There is no such source. It may have been deleted.")
    return source


async def _passage(db: Database, source_id: str, passage_id: int) -> SourcePassage:
    passage = await db.read(passage_queries.passage, source_id, passage_id)
    if passage is None:
        raise NotFound("There is no such passage. Its source may have been read again since.")
    return passage


def _back(source_id: str, passage_id: int, at: str) -> str:
    """To the same place in the same list; what a form says of it is not trusted to be one."""
    given = {name: value for name, value in parse_qsl(at.removeprefix("?")) if name in NARROWING}
    query = f"?{urlencode(given)}" if given else ""
    return f"/knowledge/{source_id}{query}#passage-{passage_id}"


def _address(source_id: str, sought: SoughtPassages, cursor: str | None = None) -> str:
    return f"/knowledge/{source_id}{_query(sought, cursor)}"


def _query(sought: SoughtPassages, cursor: str | None) -> str:
    given = {"q": sought.words, "changed": sought.changed, "cursor": cursor}
    narrowed = {name: value for name, value in given.items() if value}
    return f"?{urlencode(narrowed)}" if narrowed else ""
