"""The inbox’s page for one request: the list as it was asked for, and beside it the conversation that is open."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from litestar import Response
from litestar.response import Redirect

from trulybot.chat import inbox, inbox_queries, transcript
from trulybot.chat.inbox import Listed, Opened
from trulybot.chat.inbox_models import SHOWS, Line, Show, Sought
from trulybot.chat.models import REASONS
from trulybot.chat.seeking import excerpt
from trulybot.chat.watching import Watching
from trulybot.kit.access import principal_of
from trulybot.kit.database import Database
from trulybot.kit.lists import place_from
from trulybot.kit.pages import AnyRequest, Pages
from trulybot.visitors.knowing import Visitors

Done = Literal["", "answered"]


@dataclass(frozen=True)
class InboxPage:
    request: AnyRequest
    pages: Pages
    db: Database
    visitors: Visitors
    watching: Watching
    show: Show
    typed: str
    cursor: str | None
    done: Done = ""

    @property
    def staff_id(self) -> int:
        """0 for a program, to which nothing is ever new."""
        principal = principal_of(self.request)
        return principal.id if principal and not principal.is_program else 0

    @property
    def name(self) -> str:
        principal = principal_of(self.request)
        return principal.name if principal else ""

    @property
    def sought(self) -> Sought:
        return inbox.sought(self.staff_id, self.show, self.typed)

    def address(self, conversation_id: str = "", **others: str | None) -> str:
        """Of this list, with a conversation open in it; `others` differ from what is shown now."""
        asked = {"show": self.show, "q": self.typed.strip(), "cursor": self.cursor, **others}
        query = urlencode({name: value for name, value in asked.items() if value})
        path = f"/inbox/{conversation_id}" if conversation_id else "/inbox"
        return f"{path}?{query}" if query else path

    def back_to(self, conversation_id: str = "", place: str = "", **others: str | None) -> Redirect:
        where = self.address(conversation_id, **others)
        return Redirect(f"{where}#{place}" if place else where, status_code=303)

    async def shown(
        self, conversation_id: str | None = None, status: int = 200, *, alert: str = "", typed: str = ""
    ) -> Response[str]:
        """`typed` is a reply that did not get through. To open a conversation is to have read it."""
        change = self.db.glance(inbox_queries.last_change)
        opened = await self.db.read(inbox.opened, conversation_id) if conversation_id else None
        if opened and self.db.glance(inbox_queries.is_unread, self.staff_id, opened.conversation.id):
            await self.db.write(inbox_queries.note_read, self.staff_id, opened.conversation.id)
        listed = await self.db.read(inbox.listed, self.sought, place_from(self.cursor))
        return self.pages.render(
            "trulybot/chat/inbox.html",
            self.request,
            status,
            **self._list(listed, conversation_id),
            open=self._open(opened) if opened else None,
            others=self.watching.others(conversation_id or "", self.name),
            change=change,
            alert=alert,
            typed=typed,
            done=self.done,
            reasons=REASONS,
        )

    def _list(self, listed: Listed, conversation_id: str | None) -> dict[str, Any]:
        return {
            "lines": [_row(line, self.sought.words) | {"href": self.address(line.id)} for line in listed.lines],
            "current": conversation_id,
            "counts": listed.counts,
            "is_empty": listed.is_empty,
            "show": self.show,
            "q": self.typed,
            "views": [(each, self.address(show=each, cursor=None)) for each in SHOWS],
            "newer": self.address(cursor=None) if self.cursor else None,
            "older": self.address(cursor=listed.following) if listed.following else None,
            "query": self.address().partition("?")[2],
        }

    def _open(self, opened: Opened) -> dict[str, Any]:
        conversation, standing = opened.conversation, opened.standing
        return {
            "id": conversation.id,
            "started_at": conversation.started_at,
            "locale": conversation.locale,
            "title": opened.turns[0].question if opened.turns else "",
            "questions": len(opened.turns),
            "visitor": self.visitors.known(conversation.visitor_id) if conversation.visitor_id else None,
            "lead": opened.lead,
            "entries": transcript.entries(opened.turns, opened.messages, opened.handovers),
            "how": {turn.id: transcript.how(turn, opened.passages) for turn in opened.turns},
            "heard": conversation.heard,
            "mailed": conversation.mailed,
            "address": opened.address,
            "standing": standing,
            "is_mine": standing is not None and standing.begun_by == self.name,
            "last_words": opened.turns[-1].question if opened.turns else "",
            "here": self.address(conversation.id),
            "list": self.address(),
        }


def _row(line: Line, words: tuple[str, ...]) -> dict[str, Any]:
    """`words` is what was found, or else what was said last where that is not the title already."""
    last = line.last_words if line.last_words != line.first_question else ""
    return {
        "id": line.id,
        "title": line.first_question or "",
        "words": excerpt(line.said, words) if line.said else last,
        "kind": line.last_kind,
        "at": line.last_at,
        "questions": line.questions,
        "disliked": line.disliked,
        "wanted_at": line.wanted_at,
        "lead_at": line.lead_at,
        "taken_by": line.taken_by,
        "visitor": line.visitor,
        "is_unread": line.is_unread,
    }
