"""The conversations as staff see them."""

from typing import Any

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from trulybot.chat import queries
from trulybot.chat.chat_page import as_visitors_see
from trulybot.chat.models import Turn
from trulybot.kit.access import open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound
from trulybot.kit.lists import page_of, place_from
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.visitors.knowing import Visitors

PAGE = 50


@get("/conversations", opt=open_to("viewer"), include_in_schema=False)
async def conversations_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    found = await db.read(queries.conversations, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, lambda row: (row["asked_at"], row["id"]))
    return pages.render(
        "trulybot/chat/conversations.html",
        request,
        conversations=shown,
        newer="/conversations" if cursor else None,
        older=f"/conversations?cursor={following}" if following else None,
    )


@get("/conversations/{conversation_id:str}", opt=open_to("viewer"), include_in_schema=False)
async def conversation_page(
    conversation_id: FromPath[str],
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    visitors: NamedDependency[Visitors],
) -> Response[str]:
    conversation = await db.read(queries.conversation, conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation. It may have been deleted.")
    turns = [_as_staff_see(turn) for turn in await db.read(queries.turns, conversation_id)]
    visitor = visitors.known(conversation.visitor_id) if conversation.visitor_id else None
    shown = {"conversation": conversation, "visitor": visitor, "turns": turns}
    return pages.render("trulybot/chat/conversation.html", request, **shown)


def conversation_pages() -> Router:
    return Router("/", route_handlers=[conversations_page, conversation_page])


def _as_staff_see(turn: Turn) -> dict[str, Any]:
    judged = turn.record.get("moderation", {}).values()
    flagged = [category for one in judged for category in one.get("categories", ())]
    return as_visitors_see(turn) | {
        "asked_at": turn.asked_at,
        "page": turn.page,
        "score": turn.record.get("confidence"),
        "flagged": flagged,
    }
