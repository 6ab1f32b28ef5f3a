"""What a visitor sends and gets."""

from typing import Annotated

import msgspec

from trulybot.chat.models import Citation, Handover, HandoverReason, Invitation, Kind, Message, State, Turn, Vote
from trulybot.kit.lists import LARGEST
from trulybot.visitors.models import KnownVisitor

LONGEST_QUESTION = 2000
LONGEST_MESSAGE = 10_000


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """`conversation` is the value of an earlier answer; without it a new conversation begins.

    `page` is the web address of the page it is asked on.
    """

    question: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_QUESTION)]
    conversation: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    locale: Annotated[str, msgspec.Meta(max_length=35, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")] | None = None
    page: Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^https?://[^\s\x00-\x1f\x7f]+$(?!\n)")] | None = None


class Feedback(msgspec.Struct, forbid_unknown_fields=True):
    """Whether an answer helped; a later vote replaces an earlier one."""

    vote: Vote
    reason: Annotated[str, msgspec.Meta(max_length=1000)] | None = None


class TakeOver(msgspec.Struct, forbid_unknown_fields=True):
    """`handover` is the one that somebody else began and that is taken from them; without it nobody may have it."""

    reason: HandoverReason = "other"
    handover: Annotated[int, msgspec.Meta(ge=1, le=LARGEST)] | None = None


class PersonsMessage(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_MESSAGE)]


class ToldMessage(msgspec.Struct):
    """As the visitor sees it: `person` is the name its author chose to be shown by, null where they chose none."""

    id: int
    text: str
    sent_at: int
    person: str | None


class PersonsMessages(msgspec.Struct):
    """`handed_over` says whether a person answers now, and `person` by which name."""

    messages: list[ToldMessage]
    handed_over: bool
    person: str | None


class Said(msgspec.Struct):
    """A turn as its visitor sees it."""

    turn: str
    question: str
    answer: str
    kind: Kind | None
    state: State
    citations: tuple[Citation, ...]
    vote: Vote | None
    asked_at: int


class History(msgspec.Struct):
    turns: list[Said]
    messages: list[ToldMessage]
    handed_over: bool
    person: str | None


class Forgotten(msgspec.Struct):
    """`lead_stays`: the visitor left their details from this conversation, and those are not deleted with it."""

    lead_stays: bool
    deleted: bool = True


class Attempt(msgspec.Struct):
    question: str
    kind: Kind
    answer: str
    closed: bool


class Attempted(msgspec.Struct):
    attempts: list[Attempt]


class Reply(msgspec.Struct):
    """`lead` invites the visitor to leave their details, and says why; `visitor` is a token to show from now on."""

    conversation: str
    turn: str
    answer: str
    kind: Kind | None
    citations: tuple[Citation, ...]
    lead: Invitation | None
    visitor: str
    visitor_expires_at: int


class ConversationLine(msgspec.Struct):
    id: str
    first_question: str | None
    turns: int
    last_kind: Kind | None
    started_at: int
    asked_at: int


class ConversationList(msgspec.Struct):
    conversations: list[ConversationLine]
    next: str | None


class ConversationDetail(msgspec.Struct):
    """Each turn's `record` holds its passages with scores, the decision, and the milliseconds of each step.

    `visitor` is null where nobody has proved who they are; their name and address are what their page said.
    """

    id: str
    locale: str | None
    started_at: int
    visitor: KnownVisitor | None
    turns: list[Turn]
    handovers: list[Handover]
    messages: list[Message]
