"""The page on which what was said becomes an answer, with room to edit it."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from trulybot.chat import making_answer
from trulybot.chat.making_answer import LONGEST_QUESTION, Offered
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Invalid
from trulybot.kit.jobs import Workers
from trulybot.kit.lists import LARGEST
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.knowledge.answer_pages import answer_typed, values_typed

TurnId = Annotated[str, QueryParameter(max_length=100)]
MessageId = Annotated[int, QueryParameter(ge=0, le=LARGEST)]


@get("/inbox/{conversation_id:str}/answer", opt=open_to("admin"), include_in_schema=False)
async def answer_page(
    conversation_id: FromPath[str],
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    turn: TurnId = "",
    message: MessageId = 0,
) -> Response[str]:
    offered = await db.read(making_answer.offered, conversation_id, turn, message)
    question = " ".join(offered.asked.question.split())[:LONGEST_QUESTION] if offered.asked else ""
    values = {"question": question, "answer": offered.answer, "variants": ""}
    return _form(request, pages, conversation_id, offered, values)


@post("/inbox/{conversation_id:str}/answer", opt=open_to("admin"), include_in_schema=False)
async def make_answer(
    conversation_id: FromPath[str],
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    workers: NamedDependency[Workers],
    turn: TurnId = "",
    message: MessageId = 0,
) -> Response[Any]:
    offered = await db.read(making_answer.offered, conversation_id, turn, message)
    form = await request.form()
    try:
        await db.write(making_answer.make, answer_typed(form), offered.asked, actor_of(request))
    except (Invalid, Conflict) as refusal:
        errors = {"question": refusal.sentence}
        return _form(request, pages, conversation_id, offered, values_typed(form), errors)
    workers.nudge()
    return Redirect(f"/inbox/{conversation_id}?done=answered", status_code=303)


def answering_from_inbox() -> Routes:
    return Routes(answer_page, make_answer)


def _form(
    request: AnyRequest,
    pages: Pages,
    conversation_id: str,
    offered: Offered,
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
) -> Response[str]:
    return pages.render(
        "trulybot/chat/answer.html",
        request,
        422 if errors else 200,
        conversation=conversation_id,
        asked=offered.asked,
        known=offered.known,
        values=values,
        errors=errors or {},
        query=request.url.query,
    )
