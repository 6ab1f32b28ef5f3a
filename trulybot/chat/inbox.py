"""What a teammate sees of the conversations: the list that was asked for, and one conversation with all about it."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from trulybot.chat import handover_queries, inbox_queries, mailing, queries
from trulybot.chat.inbox_models import Line, Show, Sought
from trulybot.chat.models import Conversation, Handover, Message, PassageNow, Turn
from trulybot.chat.seeking import words_in
from trulybot.kit.errors import NotFound
from trulybot.kit.lists import Place, page_of
from trulybot.leads import capture_queries
from trulybot.leads import queries as lead_queries
from trulybot.leads.models import Lead

PAGE = 50
MOST_SAID = 500  # of the latest turns, and of the latest messages


class Listed(NamedTuple):
    lines: Sequence[Line]
    following: str | None  # the cursor of the next page
    counts: dict[Show, int]
    is_empty: bool  # there is no conversation at all


class Opened(NamedTuple):
    """`passages` are those that answers were made from, as far as they are still there."""

    conversation: Conversation
    turns: list[Turn]
    messages: list[Message]
    handovers: list[Handover]
    passages: dict[int, PassageNow]
    lead: Lead | None
    address: str | None  # to which a reply goes that the visitor does not come back for

    @property
    def standing(self) -> Handover | None:
        return next((each for each in self.handovers if each.ended_at is None), None)


def sought(staff_id: int, show: Show, typed: str) -> Sought:
    return Sought(staff_id, show, words_in(typed))


def listed(connection: Connection, sought: Sought, before: Place | None) -> Listed:
    found = inbox_queries.lines(connection, sought, PAGE + 1, before)
    shown, following = page_of(found.lines, PAGE, lambda line: (line.place, line.id))
    if found.looked_until is not None:
        following = page_of([(found.looked_until, ""), None], 1, lambda place: place or (0, ""))[1]
    return Listed(
        shown, following, inbox_queries.counts(connection, sought.staff), not inbox_queries.has_any(connection)
    )


def opened(connection: Connection, conversation_id: str) -> Opened:
    conversation = queries.conversation(connection, conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation. It may have been deleted.")
    turns = queries.turns(connection, conversation_id)[-MOST_SAID:]
    capture = capture_queries.first_of(connection, conversation_id, conversation.visitor_id)
    return Opened(
        conversation,
        turns,
        handover_queries.messages(connection, conversation_id)[-MOST_SAID:],
        handover_queries.handovers(connection, conversation_id),
        inbox_queries.passages(connection, [found["passage"] for turn in turns for found in turn.passages]),
        lead_queries.lead(connection, capture) if capture else None,
        mailing.address_of(connection, conversation),
    )
