"""The passages of a document for programs and scripts."""

from typing import Annotated

from litestar import get, patch
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound
from trulybot.kit.jobs import Workers
from trulybot.kit.lists import RowId, page_of, place_from
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes
from trulybot.knowledge import correcting, passage_queries, queries
from trulybot.knowledge.forms import PassageChanges, PassageList
from trulybot.knowledge.models import SoughtPassages, SourcePassage
from trulybot.knowledge.passages import after, place_of

PAGE = 50


@get("/api/documents/{document_id:str}/passages", opt=open_to("viewer"))
async def passages(
    document_id: FromPath[str],
    db: NamedDependency[Database],
    cursor: FromQuery[str | None] = None,
    q: Annotated[str, QueryParameter(max_length=200)] = "",
) -> PassageList:
    """In reading order; those with words that begin as the words of `q`, where it is sent."""
    if not await db.read(queries.is_there, document_id):
        raise NotFound("There is no such document. It may have been deleted.")
    sought = SoughtPassages(q.strip())
    found = await db.read(passage_queries.passages, document_id, PAGE + 1, after(place_from(cursor)), sought)
    shown, following = page_of(found, PAGE, place_of)
    return PassageList(list(shown), following)


@patch("/api/documents/{document_id:str}/passages/{passage_id:int}", opt=open_to("admin"))
async def change(
    document_id: FromPath[str],
    passage_id: RowId,
    data: JSONBody[PassageChanges],
    request: AnyRequest,
    db: NamedDependency[Database],
    workers: NamedDependency[Workers],
) -> SourcePassage:
    """Correct a passage, or leave it out of all answers. It holds until the document itself says something else."""
    changed = await db.write(correcting.change, document_id, passage_id, data, actor_of(request))
    workers.nudge()
    return changed


def passage_routes() -> Routes:
    return Routes(passages, change)
