"""Curated answers for programs: one by one, as a table, and what a question would match."""

from typing import Annotated

from litestar import Response, delete, get, patch, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Invalid
from trulybot.kit.events import record
from trulybot.kit.jobs import Workers
from trulybot.kit.lists import RowId, page_of, place_from
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes
from trulybot.kit.spreadsheets import CSV
from trulybot.kit.texts import N_
from trulybot.knowledge import answer_csv, curated
from trulybot.knowledge import answer_list_queries as lists
from trulybot.knowledge.forms import AnswerChanges, Answers, Imported, MatchingAnswer, MatchingAnswers, NewAnswer
from trulybot.knowledge.library import Library
from trulybot.knowledge.matching import matches
from trulybot.knowledge.models import CuratedAnswer

PAGE = 50
EXPORTED_AT_ONCE = 500
MATCHES = 5


@get("/api/answers", opt=open_to("viewer"))
async def answers(db: NamedDependency[Database], cursor: FromQuery[str | None] = None) -> Answers:
    """Newest first."""
    found = await db.read(lists.answers, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, lists.place_of)
    return Answers(list(shown), following)


@post("/api/answers", opt=open_to("admin"))
async def add(
    data: JSONBody[NewAnswer],
    request: AnyRequest,
    db: NamedDependency[Database],
    workers: NamedDependency[Workers],
) -> CuratedAnswer:
    """From now on given word for word where a visitor asks this, or one of its variants."""
    added = await db.write(curated.add, data, actor_of(request))
    workers.nudge()
    return added


@get("/api/answers/match", opt=open_to("viewer"))
async def matching(
    library: NamedDependency[Library], q: Annotated[str, QueryParameter(min_length=1, max_length=2000)]
) -> MatchingAnswers:
    """The answers that come nearest to `q`, and whether a visitor who asks it would be given them."""
    found = await library.db.read(matches, await library.hear(q), MATCHES)
    return MatchingAnswers([MatchingAnswer(*match) for match in found])


@get("/api/answers/export", opt=open_to("admin"))
async def export(request: AnyRequest, db: NamedDependency[Database]) -> Response[bytes]:
    """All answers as a table; cells that a spreadsheet would calculate begin with an apostrophe."""
    await db.write(record, actor_of(request), N_("Exported answers"))
    found: list[CuratedAnswer] = []
    cursor = None
    while some := await db.read(lists.answers, EXPORTED_AT_ONCE, cursor):
        found += some
        cursor = lists.place_of(some[-1])
    headers = {"Content-Disposition": 'attachment; filename="answers.csv"', "X-Content-Type-Options": "nosniff"}
    return Response("".join(answer_csv.written(found)).encode(), media_type=CSV, headers=headers)


@post("/api/answers/import", opt=open_to("admin"), status_code=200)
async def import_table(
    request: AnyRequest, db: NamedDependency[Database], workers: NamedDependency[Workers]
) -> Imported:
    """Add or rewrite answers from a CSV with the columns question, answer and variants: all of its rows, or none."""
    count = await db.write(curated.import_all, answer_csv.read(await _table(request)), actor_of(request))
    workers.nudge()
    return Imported(count)


@get("/api/answers/{answer_id:int}", opt=open_to("viewer"))
async def answer(answer_id: RowId, db: NamedDependency[Database]) -> CuratedAnswer:
    return await db.read(curated.found, answer_id)


@patch("/api/answers/{answer_id:int}", opt=open_to("admin"))
async def change(
    answer_id: RowId,
    data: JSONBody[AnswerChanges],
    request: AnyRequest,
    db: NamedDependency[Database],
    workers: NamedDependency[Workers],
) -> CuratedAnswer:
    changed = await db.write(curated.change_some, answer_id, data, actor_of(request))
    workers.nudge()
    return changed


@delete("/api/answers/{answer_id:int}", opt=open_to("admin"))
async def remove(answer_id: RowId, request: AnyRequest, db: NamedDependency[Database]) -> None:
    await db.write(curated.remove, answer_id, actor_of(request))


def curating() -> Routes:
    tables = Routes(import_table, request_max_body_size=answer_csv.MOST_BYTES)
    return Routes(answers, add, matching, export, tables, answer, change, remove)


async def _table(request: AnyRequest) -> bytes:
    if request.content_type[0] == CSV:
        return await request.body()
    file = (await request.form()).get("file") if request.content_type[0] == "multipart/form-data" else None
    if not isinstance(file, UploadFile):
        raise Invalid("Send the table as text/csv, or a multipart form with the field “file”.")
    return await file.read()
