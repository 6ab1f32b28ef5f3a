"""Questions that found no answer that helped: looked through, opened one by one, taken off the list and put back.

What asks them again is in trulybot/chat/gap_answering.py.
"""

from contextlib import suppress

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound
from trulybot.kit.lists import RowId, page_of, place_from
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.knowledge import gap_list_queries as lists
from trulybot.knowledge import gaps
from trulybot.knowledge.showing import said_of_tries

PAGE = 50
MOST_CONVERSATIONS = 10


@get("/gaps", opt=open_to("viewer"), include_in_schema=False)
async def gaps_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    cursor: FromQuery[str | None] = None,
    dismissed: FromQuery[int | None] = None,
    closed: FromQuery[int | None] = None,
    left: FromQuery[int] = 0,
) -> Response[str]:
    """`dismissed` names what was just taken off; `closed` and `left` say how trying again ended."""
    found = await db.read(lists.gaps, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, lists.place_of)
    return pages.render(
        "trulybot/knowledge/gaps.html",
        request,
        gaps=shown,
        dismissed=await db.read(lists.dismissed, dismissed) if dismissed else None,
        notice=None if closed is None else said_of_tries(closed, left),
        newer="/gaps" if cursor else None,
        older=f"/gaps?cursor={following}" if following else None,
    )


@get("/gaps/closed", opt=open_to("viewer"), include_in_schema=False)
async def closed_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    found = await db.read(lists.closed, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, lambda gap: (gap.closed_at, str(gap.id)))
    return pages.render(
        "trulybot/knowledge/gaps_closed.html",
        request,
        gaps=shown,
        newer="/gaps/closed" if cursor else None,
        older=f"/gaps/closed?cursor={following}" if following else None,
    )


@get("/gaps/{gap_id:int}", opt=open_to("viewer"), include_in_schema=False)
async def gap_page(
    gap_id: RowId, request: AnyRequest, pages: NamedDependency[Pages], db: NamedDependency[Database]
) -> Response[str]:
    return await shown(gap_id, request, pages, db)


@post("/gaps/{gap_id:int}/deletion", opt=open_to("admin"), include_in_schema=False)
async def dismiss(gap_id: RowId, request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    with suppress(NotFound):  # a colleague was quicker
        await db.write(gaps.dismiss, gap_id, actor_of(request))
    return Redirect(f"/gaps?dismissed={gap_id}", status_code=303)


@post("/gaps/{gap_id:int}/return", opt=open_to("admin"), include_in_schema=False)
async def put_back(gap_id: RowId, request: AnyRequest, db: NamedDependency[Database]) -> Redirect:
    await db.write(gaps.put_back, gap_id, actor_of(request))
    return Redirect("/gaps", status_code=303)


def gap_pages() -> Routes:
    return Routes(gaps_page, closed_page, gap_page, dismiss, put_back)


async def shown(
    gap_id: int,
    request: AnyRequest,
    pages: Pages,
    db: Database,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response[str]:
    """The gap with the form that answers it, filled in from its questions unless something was typed already."""
    gap = await db.read(lists.gap, gap_id)
    if gap is None:
        raise NotFound("There is no such open gap. It may have been closed already.")
    offered = {"question": gap.question, "variants": "\n".join(gap.examples[1:]), "answer": ""}
    return pages.render(
        "trulybot/knowledge/gap.html",
        request,
        422 if errors else 200,
        gap=gap,
        questions=await db.read(lists.questions, gap_id, lists.EXAMPLES),
        conversations=await db.read(lists.conversations, gap_id, MOST_CONVERSATIONS),
        values=values or offered,
        errors=errors or {},
    )
