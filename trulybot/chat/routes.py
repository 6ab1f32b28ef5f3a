"""Staff read the conversations, and ask again what found no answer. The pages are in pages.py."""

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from trulybot.chat import handles, handover_queries, queries, retrying
from trulybot.chat.asking import Chat
from trulybot.chat.forms import Attempted, ConversationDetail, ConversationLine, ConversationList
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound
from trulybot.kit.lists import RowId, page_of, place_from
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes
from trulybot.visitors.knowing import Visitors

PAGE = 50


@post("/api/gaps/{gap_id:int}/attempt", opt=open_to("admin"), status_code=200)
async def attempt(gap_id: RowId, request: AnyRequest, chat: NamedDependency[Chat]) -> Attempted:
    """Ask a gap's questions again; those that find an answer are closed."""
    return await retrying.retry(gap_id, await chat.room(), actor_of(request))


@get("/api/conversations", opt=open_to("viewer"))
async def conversations(db: NamedDependency[Database], cursor: FromQuery[str | None] = None) -> ConversationList:
    """Newest first."""
    found = await db.read(queries.conversations, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, lambda row: (row["asked_at"], row["id"]))
    return ConversationList([msgspec.convert(row, ConversationLine) for row in shown], following)


@get("/api/conversations/{conversation_id:str}", opt=open_to("viewer"))
async def conversation(
    conversation_id: FromPath[str], db: NamedDependency[Database], visitors: NamedDependency[Visitors]
) -> ConversationDetail:
    """One conversation with what was found and decided for each turn; a visitor's handle names it too."""
    found = await db.read(queries.conversation, handles.id_named_by(conversation_id))
    if found is None:
        raise NotFound("There is no such conversation. It may have been deleted.")
    turns = await db.read(queries.turns, found.id)
    handovers = await db.read(handover_queries.handovers, found.id)
    messages = await db.read(handover_queries.messages, found.id)
    visitor = visitors.known(found.visitor_id) if found.visitor_id else None
    return ConversationDetail(found.id, found.locale, found.started_at, visitor, turns, handovers, messages)


def conversing() -> Routes:
    return Routes(attempt, conversations, conversation)
