"""Answers come in as a table; how they go out is in answer_routes.py."""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.response import Redirect

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Invalid
from trulybot.kit.jobs import Workers
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.knowledge import answer_csv, curated


@get("/answers/import", opt=open_to("admin"), include_in_schema=False)
async def import_page(request: AnyRequest, pages: NamedDependency[Pages]) -> Response[str]:
    return pages.render("trulybot/knowledge/import.html", request, errors={}, most=answer_csv.MOST)


@post("/answers/import", opt=open_to("admin"), include_in_schema=False)
async def import_table(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    workers: NamedDependency[Workers],
) -> Response[Any]:
    """All rows or none."""
    file = (await request.form()).get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise Invalid("Choose a CSV file.")
        count = await db.write(curated.import_all, answer_csv.read(await file.read()), actor_of(request))
    except (Invalid, Conflict) as refusal:
        shown = {"errors": {"file": refusal.sentence}, "most": answer_csv.MOST}
        return pages.render("trulybot/knowledge/import.html", request, 422, **shown)
    workers.nudge()
    return Redirect(f"/answers?imported={count}", status_code=303)


def answer_table_pages() -> Routes:
    tables = Routes(import_table, request_max_body_size=answer_csv.MOST_BYTES)
    return Routes(import_page, tables)
