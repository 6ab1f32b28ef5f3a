"""The visitor's page, which works without script too, and the conversations as staff see them."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from trulybot.chat import handles, handover_queries, lead_form, queries
from trulybot.chat.asking import Chat
from trulybot.chat.forms import LONGEST_QUESTION, Question
from trulybot.chat.models import Handover, Message, Turn
from trulybot.chat.visitor_routes import ASKING
from trulybot.contract import CONVERSATION_COOKIE
from trulybot.kit.access import open_to
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound, Refusal, Unprocessable
from trulybot.kit.lists import page_of, place_from
from trulybot.kit.pages import Pages
from trulybot.knowledge.library import Library
from trulybot.leads import capture_queries
from trulybot.leads.capturing import Leads
from trulybot.leads.forms import NewLead
from trulybot.leads.routes import LEAVING
from trulybot.preferences.current import Choices
from trulybot.visitors.knowing import Visitors

PAGE = 50

AnyRequest = Request[Any, Any, Any]


@get("/", opt=open_to("anyone"), include_in_schema=False)
async def front_door() -> Redirect:
    return Redirect("/chat")


@get("/chat", opt=open_to("visitor"), include_in_schema=False)
async def chat_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    chat: NamedDependency[Chat],
    choices: NamedDependency[Choices],
    library: NamedDependency[Library],
    left: FromQuery[bool] = False,
) -> Response[str]:
    library.wake()
    return await _shown(request, pages, chat, choices, has_just_left=left)


@post("/chat", opt=open_to("visitor", ASKING), include_in_schema=False)
async def ask_by_form(
    request: AnyRequest, pages: NamedDependency[Pages], chat: NamedDependency[Chat], choices: NamedDependency[Choices]
) -> Response[Any]:
    """Without script: ask, wait for the answer, show the conversation."""
    typed = str((await request.form()).get("question", ""))
    try:
        if len(typed) > LONGEST_QUESTION:
            raise Unprocessable(f"The question is longer than {LONGEST_QUESTION:,} characters. Shorten it.")
        form = Question(question=typed, conversation=await _handle(request, chat))
        turn = await chat.finished(await chat.ask(form, request.scope["state"]["client_address"]))
    except Refusal as refusal:
        return await _shown(request, pages, chat, choices, refusal.status, error=refusal.sentence, question=typed)
    return Redirect(f"/chat#{turn.id}", cookies=[handles.cookie_with(chat.handle_of(turn))], status_code=303)


@post("/chat/lead", opt=open_to("visitor", LEAVING), include_in_schema=False)
async def leave_by_form(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    chat: NamedDependency[Chat],
    choices: NamedDependency[Choices],
    leads: NamedDependency[Leads],
) -> Response[Any]:
    """Leave the details that an answer asked for."""
    form = await request.form()
    asked = (await choices.now()).lead_form.fields
    typed = {field.name: str(form.get(f"lead-{field.name}", "")) for field in asked}
    agreed = "lead-consent" in form
    sent = NewLead(fields=dict(typed), consent=agreed, conversation=await _handle(request, chat))
    try:
        await leads.leave(sent, request.scope["state"]["client_address"])
    except Refusal as refusal:
        errors = refusal.data.get("errors", {})
        error = None if errors else refusal.sentence
        again = typed | ({"consent": "on"} if agreed else {})
        return await _shown(
            request, pages, chat, choices, refusal.status, error=error, lead_values=again, lead_errors=errors
        )
    return Redirect("/chat?left=true#lead", status_code=303)


@post("/chat/new", opt=open_to("visitor"), include_in_schema=False)
async def start_anew() -> Redirect:
    """Forget the conversation in this browser; the workspace keeps it."""
    return Redirect("/chat", cookies=[handles.cookie_gone()], status_code=303)


@get("/conversations", opt=open_to("staff"), include_in_schema=False)
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


@get("/conversations/{conversation_id:str}", opt=open_to("staff"), include_in_schema=False)
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


def chat_pages() -> Router:
    return Router(
        "/",
        route_handlers=[
            front_door,
            chat_page,
            ask_by_form,
            leave_by_form,
            start_anew,
            conversations_page,
            conversation_page,
        ],
    )


async def _shown(
    request: AnyRequest,
    pages: Pages,
    chat: Chat,
    choices: Choices,
    status: int = 200,
    *,
    error: str | None = None,
    question: str = "",
    has_just_left: bool = False,
    lead_values: Mapping[str, str] | None = None,
    lead_errors: Mapping[str, str] | None = None,
) -> Response[str]:
    handle = await _handle(request, chat)
    turns, messages, standing, left_at = await chat.db.read(_said, handles.id_named_by(handle) if handle else "")
    chosen = await choices.now()
    return pages.render(
        "trulybot/chat/chat.html",
        request,
        status,
        bot={
            "name": chosen.bot_name,
            "welcome": chosen.welcome,
            "suggestions": list(chosen.suggestions),
            "has_model": (await chat.room()).model is not None,
        },
        conversation=handle,
        turns=[_as_visitors_see(turn) for turn in turns],
        messages=[_placed(message, turns) for message in messages],
        handed_over=standing is not None,
        error=error,
        question=question,
        form=lead_form.shown(chosen.lead_form, lead_values or {}, lead_errors or {}),
        invitation=lead_form.standing_invitation(turns, left_at),
        thanks=chosen.lead_form.thanks if has_just_left else "",
    )


def _said(
    connection: Connection, conversation_id: str
) -> tuple[list[Turn], list[Message], Handover | None, int | None]:
    return (
        queries.turns(connection, conversation_id),
        handover_queries.messages(connection, conversation_id),
        handover_queries.standing(connection, conversation_id),
        capture_queries.last_left_in(connection, conversation_id),
    )


def _placed(message: Message, turns: list[Turn]) -> dict[str, Any]:
    """With the id of the turn it is shown after: the last that was asked before it was written."""
    before = [turn.id for turn in turns if turn.asked_at <= message.sent_at]
    return {"id": message.id, "text": message.text, "after": before[-1] if before else turns[0].id}


async def _handle(request: AnyRequest, chat: Chat) -> str | None:
    """The conversation this browser remembers, if it is a real one."""
    handle = request.cookies.get(CONVERSATION_COOKIE)
    if not handle:
        return None
    try:
        conversation_id = handles.conversation_id_from(handle, chat.key)
    except NotFound:
        return None
    return handle if await chat.db.read(queries.conversation, conversation_id) else None


def _as_staff_see(turn: Turn) -> dict[str, Any]:
    judged = turn.record.get("moderation", {}).values()
    flagged = [category for one in judged for category in one.get("categories", ())]
    return _as_visitors_see(turn) | {
        "asked_at": turn.asked_at,
        "page": turn.page,
        "score": turn.record.get("confidence"),
        "flagged": flagged,
    }


def _as_visitors_see(turn: Turn) -> dict[str, Any]:
    citations = [{name: getattr(cited, name) for name in ("n", "title", "url", "quote")} for cited in turn.citations]
    said = {name: getattr(turn, name) for name in ("id", "question", "answer", "kind", "state", "vote")}
    return {**said, "citations": citations}
