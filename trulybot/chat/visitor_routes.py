"""A visitor asks and follows the answer, comes back to it, stops it, votes on it, and deletes it all."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from litestar.response import Stream

from trulybot.chat import feedback, forgetting, handles, history
from trulybot.chat.asking import Chat
from trulybot.chat.forms import Feedback, Forgotten, History, PersonsMessages, Question, Reply, Said
from trulybot.chat.inviting import invitation_of
from trulybot.chat.models import Conversation, Turn
from trulybot.chat.streaming import INTERRUPTED
from trulybot.contract import IDEMPOTENCY_KEY, LAST_EVENT_ID
from trulybot.kit.access import open_to
from trulybot.kit.errors import Invalid, Unavailable
from trulybot.kit.limits import Limit
from trulybot.kit.lists import LARGEST
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes
from trulybot.visitors.knowing import Visitors

EVENT_STREAM = "text/event-stream"
ASKING = Limit("asking", times=60, seconds=60)
FOLLOWING = Limit("following", times=240, seconds=60)
READING = Limit("reading messages", times=240, seconds=60)

Here = NamedDependency[Conversation]


async def here(
    conversation: FromPath[str],
    request: AnyRequest,
    chat: NamedDependency[Chat],
    visitors: NamedDependency[Visitors],
) -> Conversation:
    """The conversation in the path, for the visitor who proves that it is theirs."""
    return chat.conversation_of(conversation, visitors.behind(request))


@post("/api/chat", opt=open_to("visitor", ASKING), status_code=200)
async def ask(
    data: JSONBody[Question],
    request: AnyRequest,
    chat: NamedDependency[Chat],
    visitors: NamedDependency[Visitors],
    idempotency_key: Annotated[str | None, HeaderParameter(name=IDEMPOTENCY_KEY)] = None,
) -> Response[Any]:
    """The whole answer as JSON, or with `Accept: text/event-stream` as it comes."""
    address = request.scope["state"]["client_address"]
    turn = await chat.ask(data, address, idempotency_key, visitors.behind(request))
    # A page of ours finds its conversation again after a reload; other sites and programs get no cookie.
    own_page = request.headers.get("sec-fetch-site") == "same-origin"
    cookies = [handles.cookie_with(chat.handle_of(turn))] if own_page else []
    if EVENT_STREAM in request.headers.get("accept", ""):
        return event_stream(chat.follow(turn, None), cookies)
    turn = await chat.finished(turn)
    if turn.kind is None:
        raise Unavailable(INTERRUPTED)
    return Response(_reply(turn, chat), cookies=cookies)


@get("/api/chat/{conversation:str}", opt=open_to("visitor", READING))
async def look_back(
    here: Here,
    chat: NamedDependency[Chat],
) -> History:
    """All that was asked and said, by the bot and by people, and whether a person answers now."""
    found = await history.history_of(chat, here.id)
    await history.note_given(chat, here.id, found.messages)
    return found


@delete("/api/chat/{conversation:str}", opt=open_to("visitor", ASKING), status_code=200)
async def forget(
    here: Here,
    chat: NamedDependency[Chat],
) -> Forgotten:
    """Delete the conversation, also while an answer is under way. Details that were left with the form stay."""
    return Forgotten(lead_stays=await forgetting.forget(chat, here.id))


@get("/api/chat/{conversation:str}/messages", opt=open_to("visitor", READING))
async def read_along(
    here: Here,
    chat: NamedDependency[Chat],
    after: Annotated[int, QueryParameter(ge=0, le=LARGEST)] = 0,
) -> PersonsMessages:
    """What a person wrote after the message with the id `after`, and whether and who answers now."""
    found = await chat.db.read(history.messages_of, here.id, after)
    await history.note_given(chat, here.id, found.messages)
    return found


@get("/api/chat/{conversation:str}/turns/{turn_id:str}/stream", opt=open_to("visitor", FOLLOWING))
async def follow(
    here: Here,
    turn_id: FromPath[str],
    chat: NamedDependency[Chat],
    last_event_id: Annotated[str | None, HeaderParameter(name=LAST_EVENT_ID)] = None,
) -> Stream:
    """What a reader who saw events up to Last-Event-ID has missed, and what is still to come."""
    turn = await chat.turn(here.id, turn_id)
    return event_stream(chat.follow(turn, _position(last_event_id)))


@delete("/api/chat/{conversation:str}/turns/{turn_id:str}/stream", opt=open_to("visitor", ASKING), status_code=200)
async def stop(
    here: Here,
    turn_id: FromPath[str],
    chat: NamedDependency[Chat],
) -> Said:
    """Stop an answer where it is; what was said stays. One that is done stays as it is."""
    return history.said(await chat.cut(await chat.turn(here.id, turn_id)))


@post("/api/chat/{conversation:str}/turns/{turn_id:str}/feedback", opt=open_to("visitor", ASKING), status_code=200)
async def vote(
    here: Here,
    turn_id: FromPath[str],
    data: JSONBody[Feedback],
    chat: NamedDependency[Chat],
) -> Feedback:
    """Say whether an answer helped. The last vote counts."""
    await chat.db.write(feedback.give, here.id, turn_id, data)
    return data


def answering_visitors() -> Routes:
    in_a_conversation = Routes(look_back, forget, read_along, follow, stop, vote, dependencies={"here": Provide(here)})
    return Routes(ask, in_a_conversation)


def _reply(turn: Turn, chat: Chat) -> Reply:
    token = chat.token_of(turn)
    return Reply(
        conversation=chat.handle_of(turn),
        turn=turn.id,
        answer=turn.answer,
        kind=turn.kind,
        citations=turn.citations,
        lead=invitation_of(turn),
        **msgspec.structs.asdict(token),
    )


def event_stream(frames: AsyncIterator[str], cookies: Sequence[Cookie] = ()) -> Stream:
    return Stream(frames, media_type=EVENT_STREAM, headers={"X-Accel-Buffering": "no"}, cookies=cookies)


def _position(last_event_id: str | None) -> int | None:
    if last_event_id is None:
        return None
    if not (last_event_id.isascii() and last_event_id.isdecimal() and len(last_event_id) < 10):
        raise Invalid("Last-Event-ID is not one of this stream. Leave it out to get the whole answer.")
    return int(last_event_id)
