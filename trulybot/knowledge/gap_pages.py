"""Questions that found no answer, as staff see them."""

from typing import Annotated

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Redirect

from trulybot.kit.access import open_to
from trulybot.kit.database import Database
from trulybot.kit.lists import RowId
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.knowledge import gap_queries, gaps

PAGE = 50

Skip = Annotated[int, QueryParameter(ge=0, le=10_000_000)]


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


def gap_pages() -> Router:
    return Router("/", route_handlers=[gaps_page, close_gap])
