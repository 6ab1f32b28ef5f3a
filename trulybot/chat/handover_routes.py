"""Staff take a conversation over and write in it."""

from litestar import delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from trulybot.chat import handles, handover
from trulybot.chat.forms import PersonsMessage, TakeOver
from trulybot.chat.models import Author, Handover, Message
from trulybot.kit.access import actor_of, open_to, principal_of
from trulybot.kit.database import Database
from trulybot.kit.pages import AnyRequest
from trulybot.kit.routes import Routes


@post("/api/conversations/{conversation_id:str}/handover", opt=open_to("agent"))
async def take_over(
    conversation_id: FromPath[str], data: JSONBody[TakeOver], request: AnyRequest, db: NamedDependency[Database]
) -> Handover:
    """From now on the bot is silent in this conversation, until the handover is deleted."""
    conversation, author, actor = handles.id_named_by(conversation_id), author_of(request), actor_of(request)
    if data.handover is not None:
        return await db.write(handover.take_from, conversation, data.handover, author, actor)
    return await db.write(handover.begin, conversation, data.reason, author, actor)


@delete("/api/conversations/{conversation_id:str}/handover", opt=open_to("agent"))
async def hand_back(conversation_id: FromPath[str], request: AnyRequest, db: NamedDependency[Database]) -> None:
    await db.write(handover.end, handles.id_named_by(conversation_id), author_of(request), actor_of(request))


@post("/api/conversations/{conversation_id:str}/messages", opt=open_to("agent"))
async def say(
    conversation_id: FromPath[str], data: JSONBody[PersonsMessage], request: AnyRequest, db: NamedDependency[Database]
) -> Message:
    """A person's words to the visitor."""
    return await db.write(handover.say, handles.id_named_by(conversation_id), author_of(request), data.text)


def handing_over() -> Routes:
    return Routes(take_over, hand_back, say)


def author_of(request: AnyRequest) -> Author:
    principal = principal_of(request)
    assert principal is not None  # the route is for staff
    return Author(principal.name, principal.shown_as)
