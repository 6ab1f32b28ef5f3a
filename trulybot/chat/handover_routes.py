"""Staff take a conversation over and write in it; its visitor reads along."""

from typing import Annotated, Any

from litestar import Request, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from trulybot.chat import handles, handover, handover_queries
from trulybot.chat.asking import Chat
from trulybot.chat.forms import PersonsMessage, PersonsMessages, TakeOver, ToldMessage
from trulybot.chat.models import Handover, Message
from trulybot.kit.access import open_to, principal_of
from trulybot.kit.database import Database
from trulybot.kit.limits import Limit
from trulybot.kit.lists import LARGEST

AnyRequest = Request[Any, Any, Any]
READING = Limit("reading messages", times=240, seconds=60)


@post("/api/conversations/{conversation_id:str}/handover", opt=open_to("staff"))
async def take_over(
    conversation_id: FromPath[str], data: JSONBody[TakeOver], request: AnyRequest, db: NamedDependency[Database]
) -> Handover:
    """From now on the bot is silent in this conversation, until the handover is deleted."""
    return await db.write(handover.begin, handles.id_named_by(conversation_id), data.reason, _author(request))


@delete("/api/conversations/{conversation_id:str}/handover", opt=open_to("staff"))
async def hand_back(conversation_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database]) -> None:
    await db.write(handover.end, handles.id_named_by(conversation_id), _author(request))


@post("/api/conversations/{conversation_id:str}/messages", opt=open_to("staff"))
async def say(
    conversation_id: FromPath[str], data: JSONBody[PersonsMessage], request: AnyRequest, db: NamedDependency[Database]
) -> Message:
    """A person's words to the visitor."""
    return await db.write(handover.say, handles.id_named_by(conversation_id), _author(request), data.text)


@get("/api/chat/{conversation:str}/messages", opt=open_to("visitor", READING))
async def read_along(
    conversation: FromPath[str],
    chat: NamedDependency[Chat],
    after: Annotated[int, QueryParameter(ge=0, le=LARGEST)] = 0,
) -> PersonsMessages:
    """What a person wrote after the message with the id `after`, and whether a person answers now."""
    conversation_id = handles.conversation_id_from(conversation, chat.key)
    found = await chat.db.read(handover_queries.messages, conversation_id, after)
    standing = await chat.db.read(handover_queries.standing, conversation_id)
    messages = [ToldMessage(message.id, message.text, message.sent_at) for message in found]
    return PersonsMessages(messages, standing is not None)


def handing_over() -> Router:
    return Router("/", route_handlers=[take_over, hand_back, say, read_along])


def _author(request: AnyRequest) -> str:
    principal = principal_of(request)
    assert principal is not None  # the route is for staff
    return principal.name
