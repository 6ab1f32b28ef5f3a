"""What a visitor sends and gets."""

from typing import Annotated

import msgspec

from trulybot.chat.models import Citation, Handover, HandoverReason, Invitation, Kind, Message, Turn, Vote

LONGEST_QUESTION = 2000


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """`conversation` is the value of an earlier answer; without it a new conversation begins."""

    question: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_QUESTION)]
    conversation: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    locale: Annotated[str, msgspec.Meta(max_length=35, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")] | None = None


class Feedback(msgspec.Struct, forbid_unknown_fields=True):
    """Whether an answer helped; a later vote replaces an earlier one."""

    vote: Vote
    reason: Annotated[str, msgspec.Meta(max_length=1000)] | None = None


class TakeOver(msgspec.Struct, forbid_unknown_fields=True):
    reason: HandoverReason = "other"


class PersonsMessage(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]


class ToldMessage(msgspec.Struct):
    """As the visitor sees it: who of the staff wrote it is the workspace's own business."""

    id: int
    text: str
    sent_at: int


class PersonsMessages(msgspec.Struct):
    messages: list[ToldMessage]
    handed_over: bool


class Attempt(msgspec.Struct):
    question: str
    kind: Kind
    answer: str
    closed: bool


class Attempted(msgspec.Struct):
    attempts: list[Attempt]


class Reply(msgspec.Struct):
    """`lead` invites the visitor to leave their details, and says why."""

    conversation: str
    turn: str
    answer: str
    kind: Kind | None
    citations: tuple[Citation, ...]
    lead: Invitation | None


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
    """Each turn's `record` holds its passages with scores, the decision, and the milliseconds of each step."""

    id: str
    locale: str | None
    started_at: int
    turns: list[Turn]
    handovers: list[Handover]
    messages: list[Message]
