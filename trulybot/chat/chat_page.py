"""The visitor's page: what stands on it, and how it goes on where a browser keeps its cookie and where it does not.

A frame on another website gets no cookie of ours, and a cookie that it would get could be used from there. So the
page's forms carry the conversation's name, and in a frame an answer is the page itself: it lasts until it is reloaded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response
from litestar.response import Redirect
from sqlalchemy import Connection

from trulybot.chat import handles, handover_queries, history, lead_form, queries
from trulybot.chat.asking import Chat
from trulybot.chat.models import Handover, Message, Turn
from trulybot.contract import CONVERSATION_COOKIE, SETTLED_COOKIE
from trulybot.kit.errors import NotFound
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.kit.security import framed_by
from trulybot.leads import capture_queries
from trulybot.preferences.current import Choices
from trulybot.visitors.sites import NOBODY, Sites

FRAMES = frozenset({"iframe", "frame", "embed", "object"})


@dataclass(frozen=True)
class ChatPage:
    """The page for one request."""

    request: AnyRequest
    pages: Pages
    chat: Chat
    choices: Choices
    sites: Sites

    async def handle(self) -> str | None:
        """The conversation that the form names, or else this browser remembers, if it is a real one."""
        named = (await self.request.form()).get("conversation") if self.request.method == "POST" else None
        handle = named or self.request.cookies.get(CONVERSATION_COOKIE)
        if not handle or not isinstance(handle, str):
            return None
        try:
            return handle if self.chat.conversation_of(handle, None) else None
        except NotFound:
            return None

    async def is_settled(self) -> bool:
        """Whether this visitor left their details before, or would rather not; in a frame the page itself remembers."""
        form = await self.request.form() if self.request.method == "POST" else {}
        return bool(form.get("settled") or self.request.cookies.get(SETTLED_COOKIE))

    async def go_on(
        self, handle: str | None, place: str, *, has_just_left: bool = False, is_settled: bool = False
    ) -> Response[Any]:
        """The conversation after something was sent, at a place of the page."""
        if self.request.headers.get("sec-fetch-dest") in FRAMES:
            return await self.shown(handle, has_just_left=has_just_left, is_settled=is_settled)
        query = "?left=true" if has_just_left else ""
        cookies = [handles.cookie_with(handle)] if handle else []
        cookies += [handles.cookie_of_who_settled()] if is_settled else []
        return Redirect(f"/chat{query}#{place}", cookies=cookies, status_code=303)

    async def shown(
        self,
        handle: str | None,
        status: int = 200,
        *,
        error: str | None = None,
        question: str = "",
        has_just_left: bool = False,
        is_settled: bool = False,
        lead_values: Mapping[str, str] | None = None,
        lead_errors: Mapping[str, str] | None = None,
    ) -> Response[str]:
        conversation_id = handles.id_named_by(handle) if handle else ""
        turns, messages, standing, left_at = await self.chat.db.read(_said, conversation_id)
        await history.note_given(self.chat, conversation_id, messages)
        chosen = await self.choices.now()
        is_settled = is_settled or await self.is_settled()
        is_due = lead_form.is_due(chosen.lead_form, turns, left_at, is_settled=is_settled)
        page = self.pages.render(
            "trulybot/chat/chat.html",
            self.request,
            status,
            bot={
                "name": chosen.bot_name,
                "welcome": chosen.welcome,
                "suggestions": list(chosen.suggestions),
                "has_model": (await self.chat.room()).model is not None,
            },
            conversation=handle,
            turns=[as_visitors_see(turn) for turn in turns],
            messages=[_placed(message, turns) for message in messages],
            handed_over=standing is not None,
            error=error,
            question=question,
            form=lead_form.shown(chosen.lead_form, lead_values or {}, lead_errors or {}),
            invitation=lead_form.standing_invitation(turns, left_at, is_settled=is_settled),
            is_settled=is_settled,
            is_due=is_due,
            is_locked=lead_form.stands_in_the_way(chosen.lead_form, turns, is_due=is_due),
            thanks=chosen.lead_form.thanks if has_just_left else "",
        )
        if (ancestors := await self.sites.frame_ancestors()) != NOBODY:
            page.headers["content-security-policy"] = framed_by(ancestors)
        return page


def as_visitors_see(turn: Turn) -> dict[str, Any]:
    citations = [{name: getattr(cited, name) for name in ("n", "title", "url", "quote")} for cited in turn.citations]
    said = {name: getattr(turn, name) for name in ("id", "question", "answer", "kind", "state", "vote")}
    return {**said, "citations": citations}


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
    return {
        "id": message.id,
        "text": message.text,
        "person": message.person,
        "after": before[-1] if before else turns[0].id,
    }
