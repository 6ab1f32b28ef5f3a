"""The inbox: conversations as a list, one of them beside it, and what staff do in one. It all works without script."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, HeaderParameter, QueryParameter
from litestar.response import Redirect, Stream

from trulybot.chat import handover, inbox_queries
from trulybot.chat.forms import LONGEST_MESSAGE
from trulybot.chat.handover import Taken
from trulybot.chat.handover_routes import author_of
from trulybot.chat.inbox_models import Show
from trulybot.chat.inbox_page import Done, InboxPage
from trulybot.chat.models import REASONS, HandoverReason
from trulybot.chat.visitor_routes import event_stream
from trulybot.chat.watching import Watching
from trulybot.contract import LAST_EVENT_ID
from trulybot.kit.access import actor_of, open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound, Refusal, Unprocessable
from trulybot.kit.limits import Limit
from trulybot.kit.lists import LARGEST
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.texts import _, with_values
from trulybot.visitors.knowing import Visitors

WATCHING = Limit("watching the inbox", times=120, seconds=60)

Typed = Annotated[str, QueryParameter(max_length=200)]


async def inbox_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    db: NamedDependency[Database],
    visitors: NamedDependency[Visitors],
    watching: NamedDependency[Watching],
    show: FromQuery[Show] = "",
    q: Typed = "",
    done: FromQuery[Done] = "",
    cursor: FromQuery[str | None] = None,
) -> InboxPage:
    return InboxPage(request, pages, db, visitors, watching, show, q, cursor, done)


Inbox = NamedDependency[InboxPage]


@get("/inbox", opt=open_to("viewer"), include_in_schema=False)
async def conversations_page(inbox: Inbox) -> Response[str]:
    return await inbox.shown()


@get("/inbox/{conversation_id:str}", opt=open_to("viewer"), include_in_schema=False)
async def conversation_page(conversation_id: FromPath[str], inbox: Inbox) -> Response[str]:
    return await inbox.shown(conversation_id)


@get("/inbox/live", opt=open_to("viewer", WATCHING), include_in_schema=False)
async def live(
    request: AnyRequest,
    watching: NamedDependency[Watching],
    after: Annotated[int, QueryParameter(ge=0, le=LARGEST)] = 0,
    conversation: Annotated[str, QueryParameter(max_length=100)] = "",
    last_event_id: Annotated[int | None, HeaderParameter(name=LAST_EVENT_ID, ge=0, le=LARGEST)] = None,
) -> Stream:
    """What changes, as it changes: after the number of a change, or the last one that the browser was told of."""
    since = after if last_event_id is None else last_event_id
    return event_stream(watching.follow(since, conversation, author_of(request).name))


@post("/inbox/read", opt=open_to("viewer"), include_in_schema=False)
async def read_all(inbox: Inbox) -> Redirect:
    """Nothing is unread to whoever asks; to their teammates it is as before."""
    await inbox.db.write(inbox_queries.note_all_read, inbox.staff_id)
    return inbox.back_to()


@post("/inbox/{conversation_id:str}/unread", opt=open_to("viewer"), include_in_schema=False)
async def leave_unread(conversation_id: FromPath[str], inbox: Inbox) -> Redirect:
    await inbox.db.write(inbox_queries.note_unread, inbox.staff_id, conversation_id)
    return inbox.back_to()


@post("/inbox/{conversation_id:str}/handover", opt=open_to("agent"), include_in_schema=False)
async def take_over(conversation_id: FromPath[str], request: AnyRequest, inbox: Inbox) -> Response[Any]:
    """`handover` is the one that is taken from a colleague, who was shown to have it."""
    form = await request.form()
    author, actor = author_of(request), actor_of(request)
    try:
        if theirs := str(form.get("handover", "")):
            await inbox.db.write(handover.take_from, conversation_id, _number(theirs), author, actor)
        else:
            await inbox.db.write(handover.begin, conversation_id, _reason(form.get("reason")), author, actor)
    except Taken as taken:
        return await inbox.shown(conversation_id, taken.status, alert=_only_just(taken))
    return inbox.back_to(conversation_id, "reply")


@post("/inbox/{conversation_id:str}/handover/end", opt=open_to("agent"), include_in_schema=False)
async def give_back(conversation_id: FromPath[str], request: AnyRequest, inbox: Inbox) -> Redirect:
    try:
        await inbox.db.write(handover.end, conversation_id, author_of(request), actor_of(request))
    except NotFound:  # a colleague was quicker
        return inbox.back_to(conversation_id)
    return inbox.back_to(conversation_id, "reply")


@post("/inbox/{conversation_id:str}/messages", opt=open_to("agent"), include_in_schema=False)
async def reply(conversation_id: FromPath[str], request: AnyRequest, inbox: Inbox) -> Response[Any]:
    """Words to the visitor, for which whoever writes them takes the conversation over where nobody has it."""
    typed = str((await request.form()).get("text", "")).replace("\r\n", "\n")
    try:
        if not typed.strip():
            raise Unprocessable("Write what the visitor should read.")
        if len(typed) > LONGEST_MESSAGE:
            raise Unprocessable(with_values("Write at most %(number)s characters.", number=LONGEST_MESSAGE))
        await inbox.db.write(handover.reply, conversation_id, author_of(request), actor_of(request), typed)
    except NotFound:
        raise
    except Taken as taken:
        return await inbox.shown(conversation_id, taken.status, alert=_only_just(taken), typed=typed)
    except Refusal as refusal:
        return await inbox.shown(conversation_id, refusal.status, alert=refusal.sentence, typed=typed)
    return inbox.back_to(conversation_id, "reply")


def conversation_pages() -> Routes:
    shown = [conversations_page, conversation_page, live, read_all, leave_unread, take_over, give_back, reply]
    return Routes(*shown, dependencies={"inbox": Provide(inbox_page)})


def _only_just(taken: Taken) -> str:
    return _("%(name)s has this conversation. What you wrote was not sent.") % {"name": taken.standing.begun_by}


def _reason(typed: object) -> HandoverReason:
    return next((reason for reason in REASONS if reason == typed), "other")


def _number(typed: str) -> int:
    """Of a handover; 0 is none’s."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else 0
