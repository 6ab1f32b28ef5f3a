"""The visitor's page, which works without script too."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery
from litestar.response import Redirect

from trulybot.chat import handles
from trulybot.chat.asking import Chat
from trulybot.chat.chat_page import ChatPage
from trulybot.chat.forms import LONGEST_QUESTION, Question
from trulybot.chat.visitor_routes import ASKING
from trulybot.kit import reader
from trulybot.kit.access import open_to
from trulybot.kit.errors import Refusal, Unprocessable
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.routes import Routes
from trulybot.kit.texts import with_values
from trulybot.knowledge.library import Library
from trulybot.leads.capturing import Leads
from trulybot.leads.forms import NewLead
from trulybot.leads.routes import LEAVING
from trulybot.preferences.current import Choices
from trulybot.visitors.sites import Sites


async def chat_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    chat: NamedDependency[Chat],
    choices: NamedDependency[Choices],
    sites: NamedDependency[Sites],
) -> ChatPage:
    return ChatPage(request, pages, chat, choices, sites)


@get("/chat", opt=open_to("visitor"), include_in_schema=False)
async def open_chat(
    page: NamedDependency[ChatPage], library: NamedDependency[Library], left: FromQuery[bool] = False
) -> Response[str]:
    library.wake()
    return await page.shown(await page.handle(), has_just_left=left)


@post("/chat", opt=open_to("visitor", ASKING), include_in_schema=False)
async def ask_by_form(
    request: AnyRequest, page: NamedDependency[ChatPage], chat: NamedDependency[Chat]
) -> Response[Any]:
    """Without script: ask, wait for the answer, show the conversation."""
    typed = str((await request.form()).get("question", ""))
    handle = await page.handle()
    try:
        if len(typed) > LONGEST_QUESTION:
            raise Unprocessable(
                with_values("The question is longer than %(number)s characters. Shorten it.", number=LONGEST_QUESTION)
            )
        form = Question(question=typed, conversation=handle)
        turn = await chat.finished(await chat.ask(form, request.scope["state"]["client_address"]))
    except Refusal as refusal:
        return await page.shown(handle, refusal.status, error=refusal.sentence, question=typed)
    return await page.go_on(chat.handle_of(turn), turn.id)


@post("/chat/lead", opt=open_to("visitor", LEAVING), include_in_schema=False)
async def leave_by_form(
    request: AnyRequest,
    page: NamedDependency[ChatPage],
    choices: NamedDependency[Choices],
    leads: NamedDependency[Leads],
) -> Response[Any]:
    """Leave the details that were asked for."""
    form = await request.form()
    asked = (await choices.now()).lead_form.fields
    typed = {field.name: str(form.get(f"lead-{field.name}", "")) for field in asked}
    agreed = "lead-consent" in form
    handle = await page.handle()
    sent = NewLead(fields=dict(typed), consent=agreed, conversation=handle, locale=reader.current.get().language)
    try:
        await leads.leave(sent, request.scope["state"]["client_address"])
    except Refusal as refusal:
        errors = refusal.errors
        error = None if errors else refusal.sentence
        again = typed | ({"consent": "on"} if agreed else {})
        return await page.shown(handle, refusal.status, error=error, lead_values=again, lead_errors=errors)
    return await page.go_on(handle, "lead", has_just_left=True, is_settled=True)


@post("/chat/lead/declined", opt=open_to("visitor"), include_in_schema=False)
async def decline_by_form(page: NamedDependency[ChatPage]) -> Response[Any]:
    """Rather not leave anything, now and later."""
    return await page.go_on(await page.handle(), "question", is_settled=True)


@post("/chat/new", opt=open_to("visitor"), include_in_schema=False)
async def start_anew() -> Redirect:
    """Forget the conversation in this browser; the workspace keeps it."""
    return Redirect("/chat", cookies=[handles.cookie_gone()], status_code=303)


def chat_pages() -> Routes:
    shown = [open_chat, ask_by_form, leave_by_form, decline_by_form, start_anew]
    return Routes(*shown, dependencies={"page": Provide(chat_page)})
