"""A gap is answered where it is seen: the answer is written, and its questions are asked again at once."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from trulybot.chat import retrying
from trulybot.chat.asking import Chat
from trulybot.chat.forms import Attempted
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Invalid
from trulybot.kit.jobs import Workers
from trulybot.kit.lists import RowId
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.knowledge import curated, gap_pages
from trulybot.knowledge.answer_pages import answer_typed, values_typed


@post("/gaps/{gap_id:int}/attempt", opt=open_to("admin"), include_in_schema=False)
async def attempt(gap_id: RowId, request: AnyRequest, chat: NamedDependency[Chat]) -> Redirect:
    """As a visitor would ask: with the language model, where there is one."""
    return _back(await retrying.retry(gap_id, await chat.room(), actor_of(request)))


@post("/gaps/{gap_id:int}/answer", opt=open_to("admin"), include_in_schema=False)
async def answer(
    gap_id: RowId,
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    chat: NamedDependency[Chat],
    workers: NamedDependency[Workers],
) -> Response[Any]:
    form = await request.form()
    try:
        await db.write(curated.add, answer_typed(form), actor_of(request))
    except (Invalid, Conflict) as refusal:
        return await gap_pages.shown(gap_id, request, pages, db, values_typed(form), {"question": refusal.sentence})
    workers.nudge()
    room = retrying.without_model(await chat.room())
    return _back(await retrying.retry(gap_id, room, actor_of(request)))


def gap_answering() -> Routes:
    return Routes(attempt, answer)


def _back(tried: Attempted) -> Redirect:
    closed = sum(each.closed for each in tried.attempts)
    return Redirect(f"/gaps?closed={closed}&left={len(tried.attempts) - closed}", status_code=303)
