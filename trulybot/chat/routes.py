"""A visitor asks and follows the answer; staff read the conversations. The pages are in pages.py."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody
from litestar.response import Stream

from trulybot.chat import feedback, handles, handover_queries, queries, retrying
from trulybot.chat.asking import Chat
from trulybot.chat.forms import (
    Attempted,
    ConversationDetail,
    ConversationLine,
    ConversationList,
    Feedback,
    Question,
    Reply,
)
from trulybot.chat.inviting import invitation_of
from trulybot.chat.models import Turn
from trulybot.chat.streaming import INTERRUPTED
from trulybot.contract import IDEMPOTENCY_KEY, LAST_EVENT_ID
from trulybot.kit.access import open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import Invalid, NotFound, Unavailable
from trulybot.kit.limits import Limit
from trulybot.kit.lists import RowId, page_of, place_from

EVENT_STREAM = "text/event-stream"
PAGE = 50
ASKING = Limit("asking", times=60, seconds=60)
FOLLOWING = Limit("following", times=240, seconds=60)


@post("/api/chat", opt=open_to("visitor", ASKING), status_code=200)
async def ask(
    data: JSONBody[Question],
    request: "Request[Any, Any, Any]",
    chat: NamedDependency[Chat],
    idempotency_key: Annotated[str | None, HeaderParameter(name=IDEMPOTENCY_KEY)] = None,
) -> Response[Any]:
    """The whole answer as JSON, or with `Accept: text/event-stream` as it comes."""
    turn = await chat.ask(data, request.scope["state"]["client_address"], idempotency_key)
    # A page of ours finds its conversation again after a reload; other sites and programs get no cookie.
    own_page = request.headers.get("sec-fetch-site") == "same-origin"
    cookies = [handles.cookie_with(chat.handle_of(turn))] if own_page else []
    if EVENT_STREAM in request.headers.get("accept", ""):
        return _stream(chat.follow(turn, None), cookies)
    turn = await chat.finished(turn)
    if turn.kind is None:
        raise Unavailable(INTERRUPTED)
    return Response(_reply(turn, chat), cookies=cookies)


@get("/api/chat/{conversation:str}/turns/{turn_id:str}/stream", opt=open_to("visitor", FOLLOWING))
async def follow(
    conversation: FromPath[str],
    turn_id: FromPath[str],
    chat: NamedDependency[Chat],
    last_event_id: Annotated[str | None, HeaderParameter(name=LAST_EVENT_ID)] = None,
) -> Stream:
    """What a reader who saw events up to Last-Event-ID has missed, and what is still to come."""
    turn = await chat.turn(handles.conversation_id_from(conversation, chat.key), turn_id)
    return _stream(chat.follow(turn, _position(last_event_id)))


@post("/api/chat/{conversation:str}/turns/{turn_id:str}/feedback", opt=open_to("visitor", ASKING), status_code=200)
async def vote(
    conversation: FromPath[str], turn_id: FromPath[str], data: JSONBody[Feedback], chat: NamedDependency[Chat]
) -> Feedback:
    """Say whether an answer helped. The last vote counts."""
    turn = await chat.turn(handles.conversation_id_from(conversation, chat.key), turn_id)
    await chat.db.write(feedback.give, turn, data)
    return data


@post("/api/gaps/{gap_id:int}/attempt", opt=open_to("staff"), status_code=200)
async def attempt(gap_id: RowId, chat: NamedDependency[Chat]) -> Attempted:
    """Ask a gap's questions again; those that find an answer are closed."""
    return await retrying.retry(gap_id, await chat.room())


@get("/api/conversations", opt=open_to("staff"))
async def conversations(db: NamedDependency[Database], cursor: FromQuery[str | None] = None) -> ConversationList:
    """Newest first."""
    found = await db.read(queries.conversations, PAGE + 1, place_from(cursor))
    shown, following = page_of(found, PAGE, lambda row: (row["asked_at"], row["id"]))
    return ConversationList([msgspec.convert(row, ConversationLine) for row in shown], following)


@get("/api/conversations/{conversation_id:str}", opt=open_to("staff"))
async def conversation(conversation_id: FromPath[str], db: NamedDependency[Database]) -> ConversationDetail:
    """One conversation with what was found and decided for each turn; a visitor's handle names it too."""
    found = await db.read(queries.conversation, handles.id_named_by(conversation_id))
    if found is None:
        raise NotFound("There is no such conversation. It may have been deleted.")
    turns = await db.read(queries.turns, found.id)
    handovers = await db.read(handover_queries.handovers, found.id)
    messages = await db.read(handover_queries.messages, found.id)
    return ConversationDetail(found.id, found.locale, found.started_at, turns, handovers, messages)


def conversing() -> Router:
    return Router("/", route_handlers=[ask, follow, vote, attempt, conversations, conversation])


def _reply(turn: Turn, chat: Chat) -> Reply:
    return Reply(chat.handle_of(turn), turn.id, turn.answer, turn.kind, turn.citations, invitation_of(turn))


def _stream(frames: AsyncIterator[str], cookies: Sequence[Cookie] = ()) -> Stream:
    return Stream(frames, media_type=EVENT_STREAM, headers={"X-Accel-Buffering": "no"}, cookies=cookies)


def _position(last_event_id: str | None) -> int | None:
    if last_event_id is None:
        return None
    if not (last_event_id.isascii() and last_event_id.isdecimal() and len(last_event_id) < 10):
        raise Invalid("Last-Event-ID is not one of this stream. Leave it out to get the whole answer.")
    return int(last_event_id)
