"""The owner’s own answers: looked through, written, changed, taken away and brought back, and tried with a question."""

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Invalid
from trulybot.kit.jobs import Workers
from trulybot.kit.lists import RowId, page_of, place_from
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.texts import N_, _, ngettext
from trulybot.kit.words import as_typed
from trulybot.knowledge import answer_list_queries as lists
from trulybot.knowledge import curated, queries
from trulybot.knowledge.answer_list_queries import By, SoughtAnswers
from trulybot.knowledge.forms import NewAnswer
from trulybot.knowledge.library import Library
from trulybot.knowledge.matching import matches
from trulybot.knowledge.sources import KEPT_BACK, TYPED

PAGE = 50
MATCHES = 5
MOST_COUNTED = 10_000

Words = Annotated[str, QueryParameter(max_length=200)]
Question = Annotated[str, QueryParameter(max_length=2000)]

_TOO_LONG = N_(
    "Write a question of at most 1,000 characters, an answer of at most 10,000, and at most 50 other ways of asking."
)


@get("/answers", opt=open_to("viewer"), include_in_schema=False)
async def answers_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    cursor: FromQuery[str | None] = None,
    by: FromQuery[By] = "newest",
    q: Words = "",
    gone: FromQuery[int | None] = None,
    imported: FromQuery[int | None] = None,
    saved: FromQuery[bool] = False,
) -> Response[str]:
    sought = SoughtAnswers(by, q.strip())
    found = await db.read(lists.answers, PAGE + 1, place_from(cursor), sought)
    shown, following = page_of(found, PAGE, lambda answer: lists.place_of(answer, by))
    removed = await db.read(lists.removed, now() - KEPT_BACK, PAGE)
    return pages.render(
        "trulybot/knowledge/answers.html",
        request,
        answers=shown,
        titles=await db.read(queries.titles_of, {answer.source_id for answer in shown} - {TYPED}),
        count=await db.read(lists.count, MOST_COUNTED),
        sought=sought,
        filters={each: _address(SoughtAnswers(each, sought.words)) for each in ("newest", "most-given", "never-given")},
        removed=removed,
        gone=next((answer for answer in removed if answer.id == gone), None),
        notice=_said(imported, saved),
        newer=_address(sought) if cursor else None,
        older=_address(sought, following) if following else None,
    )


@get("/answers/new", opt=open_to("admin"), include_in_schema=False)
async def new_page(request: AnyRequest, pages: NamedDependency[Pages], question: Question = "") -> Response[str]:
    return _form(request, pages, None, {"question": question})


@post("/answers", opt=open_to("admin"), include_in_schema=False)
async def add(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    workers: NamedDependency[Workers],
) -> Response[Any]:
    form = await request.form()
    try:
        await db.write(curated.add, answer_typed(form), actor_of(request))
    except (Invalid, Conflict) as refusal:
        return _form(request, pages, None, values_typed(form), {"question": refusal.sentence})
    workers.nudge()
    return Redirect("/answers?saved=true", status_code=303)


@get("/answers/match", opt=open_to("viewer"), include_in_schema=False)
async def match_page(
    request: AnyRequest, pages: NamedDependency[Pages], library: NamedDependency[Library], q: Question = ""
) -> Response[str]:
    """Which answer a visitor who asks this is given, and how near the others come."""
    question = q.strip()
    found = await library.db.read(matches, await library.hear(question), MATCHES) if question else []
    return pages.render("trulybot/knowledge/match.html", request, q=question, matches=found)


@get("/answers/{answer_id:int}", opt=open_to("viewer"), include_in_schema=False)
async def answer_page(
    answer_id: RowId, request: AnyRequest, pages: NamedDependency[Pages], db: NamedDependency[Database]
) -> Response[str]:
    answer = await db.read(curated.found, answer_id)
    values = {"question": answer.question, "variants": "\n".join(answer.variants), "answer": answer.answer}
    titles = await db.read(queries.titles_of, {answer.source_id} - {TYPED})
    return _form(request, pages, answer_id, values, known=answer, title=titles.get(answer.source_id))


@post("/answers/{answer_id:int}", opt=open_to("admin"), include_in_schema=False)
async def change(
    answer_id: RowId,
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    workers: NamedDependency[Workers],
) -> Response[Any]:
    form = await request.form()
    try:
        await db.write(curated.change, answer_id, answer_typed(form), actor_of(request))
    except (Invalid, Conflict) as refusal:
        known = await db.read(curated.found, answer_id)
        return _form(request, pages, answer_id, values_typed(form), {"question": refusal.sentence}, known=known)
    workers.nudge()
    return Redirect("/answers?saved=true", status_code=303)


@post("/answers/{answer_id:int}/deletion", opt=open_to("admin"), include_in_schema=False)
async def remove(answer_id: RowId, request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(curated.remove, answer_id, actor_of(request))
    return Redirect(f"/answers?gone={answer_id}", status_code=303)


@post("/answers/{answer_id:int}/return", opt=open_to("admin"), include_in_schema=False)
async def bring_back(
    answer_id: RowId, request: AnyRequest, db: NamedDependency[Database], workers: NamedDependency[Workers]
) -> Redirect:
    await db.write(curated.bring_back, answer_id, actor_of(request))
    workers.nudge()
    return Redirect("/answers", status_code=303)


def answer_pages() -> Routes:
    shown = [answers_page, new_page, match_page, answer_page]
    return Routes(*shown, add, change, remove, bring_back)


def answer_typed(form: FormMultiDict) -> NewAnswer:
    """Variants stand on a line each; raises Invalid."""
    values = values_typed(form)
    variants = [line.strip() for line in values.pop("variants").splitlines() if line.strip()]
    try:
        return msgspec.convert({**values, "variants": variants}, NewAnswer)
    except msgspec.ValidationError as error:
        raise Invalid(_TOO_LONG) from error


def values_typed(form: FormMultiDict) -> dict[str, str]:
    return {name: as_typed(form.get(name)) for name in ("question", "variants", "answer")}


def _form(
    request: AnyRequest,
    pages: Pages,
    answer_id: int | None,
    values: dict[str, str],
    errors: dict[str, str] | None = None,
    **more: Any,
) -> Response[str]:
    known = {"known": None, "title": None, **more}
    status = 422 if errors else 200
    shown = {"answer_id": answer_id, "values": values, "errors": errors or {}}
    return pages.render("trulybot/knowledge/answer.html", request, status, **shown, **known)


def _said(imported: int | None, saved: bool) -> str | None:
    if imported is not None:
        said = ngettext("Imported %(num)s answer.", "Imported %(num)s answers.", imported)
        return said % {"num": f"{imported:,}"}
    return _("Saved. Visitors who ask this are given it from now on.") if saved else None


def _address(sought: SoughtAnswers, cursor: str | None = None) -> str:
    by = None if sought.by == "newest" else sought.by
    given = {name: value for name, value in {"by": by, "q": sought.words, "cursor": cursor}.items() if value}
    return f"/answers?{urlencode(given)}" if given else "/answers"
