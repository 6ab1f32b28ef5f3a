"""Documents, search and gaps for programs and scripts; the pages are in pages.py."""

from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Invalid, NotFound, TooLarge, Unsupported
from trulybot.kit.jobs import Workers
from trulybot.kit.lists import RowId, page_of, place_from
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes
from trulybot.kit.texts import with_values
from trulybot.kit.words import sized
from trulybot.knowledge import gap_list_queries, gaps, queries, sources
from trulybot.knowledge.forms import (
    Accepted,
    Document,
    DocumentList,
    Documents,
    FoundPassage,
    FoundPassages,
    GapList,
    PastedText,
    document_from,
)
from trulybot.knowledge.library import Library
from trulybot.knowledge.search import Found
from trulybot.knowledge.uploads import FORM_OVERHEAD, Shelf

PAGE = 50
PASTED_BYTES = 10_000_000


@post("/api/text-upload", opt=open_to("admin"), status_code=202)
async def upload(
    request: AnyRequest,
    db: NamedDependency[Database],
    shelf: NamedDependency[Shelf],
    workers: NamedDependency[Workers],
) -> Accepted:
    """Add a document: JSON `{title, text, url?}`, or a multipart form with a `file`."""
    match request.content_type[0]:
        case "application/json":
            form = msgspec.json.decode(await _pasted(request), type=PastedText)
            added = await sources.add_text(db, shelf, form.title, form.text, form.url, actor_of(request))
        case "multipart/form-data":
            file = (await request.form()).get("file")
            if not isinstance(file, UploadFile):
                raise Invalid("The form has no file. Send it in the field “file”.")
            added = await sources.add_file(db, shelf, file.filename, file.file, actor_of(request))
        case _:
            raise Unsupported("Send JSON with title and text, or a multipart form with a file.")
    workers.nudge()
    return Accepted(added.id, added.status)


@post("/api/documents", opt=open_to("admin"), status_code=202)
async def add(
    data: JSONBody[Documents],
    request: AnyRequest,
    db: NamedDependency[Database],
    shelf: NamedDependency[Shelf],
    workers: NamedDependency[Workers],
) -> Accepted:
    added = await sources.add_documents(db, shelf, data, actor_of(request))
    workers.nudge()
    return Accepted(added.id, added.status)


@get("/api/documents", opt=open_to("viewer"))
async def documents(db: NamedDependency[Database], cursor: FromQuery[str | None] = None) -> DocumentList:
    found = await db.read(queries.sources, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, lambda source: (source.created_at, source.id))
    return DocumentList([document_from(source) for source in shown], following)


@get("/api/documents/{document_id:str}", opt=open_to("viewer"))
async def document(document_id: FromPath[str], db: NamedDependency[Database]) -> Document:
    source = await db.read(queries.source, document_id)
    if source is None:
        raise NotFound("There is no such document. It may have been deleted.")
    return document_from(source)


@delete("/api/documents/{document_id:str}", opt=open_to("admin"))
async def remove(
    document_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database], shelf: NamedDependency[Shelf]
) -> None:
    await sources.erase(db, shelf, document_id, actor_of(request))


@post("/api/documents/{document_id:str}/reading", opt=open_to("admin"), status_code=202)
async def read_again(
    document_id: FromPath[str],
    request: AnyRequest,
    db: NamedDependency[Database],
    workers: NamedDependency[Workers],
) -> Accepted:
    source = await db.write(sources.read_again, document_id, actor_of(request))
    workers.nudge()
    return Accepted(source.id, "queued")


@get("/api/search", opt=open_to("viewer"))
async def search(
    library: NamedDependency[Library],
    q: Annotated[str, QueryParameter(min_length=1, max_length=2000)],
    k: Annotated[int, QueryParameter(ge=1, le=100)] = 10,
) -> FoundPassages:
    """Passages that may answer `q`, best first."""
    findings = await library.find(q, k)
    return FoundPassages([_found(passage) for passage in findings.passages])


@get("/api/gaps", opt=open_to("viewer"))
async def open_gaps(db: NamedDependency[Database], cursor: FromQuery[str | None] = None) -> GapList:
    """By what they are about, those asked most often first."""
    found = await db.read(gap_list_queries.gaps, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, gap_list_queries.place_of)
    return GapList(list(shown), await db.read(gaps.answered_lately), following)


@delete("/api/gaps/{gap_id:int}", opt=open_to("admin"))
async def close_gap(gap_id: RowId, request: AnyRequest, db: NamedDependency[Database]) -> None:
    await db.write(gaps.dismiss, gap_id, actor_of(request))


def knowledge(max_file_bytes: int) -> Routes:
    """The routes; only an upload may be larger than other bodies."""
    uploads = Routes(upload, request_max_body_size=max_file_bytes + FORM_OVERHEAD)
    return Routes(
        uploads,
        add,
        documents,
        document,
        remove,
        read_again,
        search,
        open_gaps,
        close_gap,
    )


async def _pasted(request: AnyRequest) -> bytes:
    """A JSON body is held in memory, so it may be far less than a file."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > PASTED_BYTES:
            raise TooLarge(
                with_values("A pasted text may have %(size)s. Upload it as a file instead.", size=sized(PASTED_BYTES))
            )
    return bytes(body)


def _found(passage: Found) -> FoundPassage:
    return FoundPassage(
        document=passage.source_id,
        title=passage.title,
        heading=passage.heading,
        text=passage.text,
        score=passage.score,
        keyword=passage.keyword,
        vector=passage.cosine,
        url=passage.url,
    )
