"""Conversations and their turns, as rows and as what a visitor sees of them."""

from typing import Any, Literal, NamedTuple, get_args

import msgspec

from trulybot.kit.texts import N_

SILENT = "a person answers"  # the decision in a turn's record
NO_TURN = N_("There is no such turn in this conversation.")

Kind = Literal["greeting", "curated", "cached", "quoted", "generated", "refused", "handover"]
HandoverReason = Literal["asked for", "not answered", "complaint", "sale", "other"]
REASONS: tuple[HandoverReason, ...] = get_args(HandoverReason)
Vote = Literal["up", "down"]
DECLINED = "flagged by moderation"  # the decision about such a question: no gap, and never told to the model
State = Literal["running", "done", "interrupted"]
WhyAsked = Literal["unanswered", "request", "offer"]


class Citation(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where `[n]` in an answer comes from; `quote` stands word for word in the source."""

    n: int
    title: str
    quote: str
    url: str | None = None


class CacheKey(msgspec.Struct, frozen=True, kw_only=True):
    """Which question an answer belongs to, and all that it depends on."""

    knowledge: int
    settings: bytes
    language: str
    normal: str
    gist: str
    model: str | None
    vector: bytes | None


class Answer(msgspec.Struct, frozen=True):
    """What is said, and `record`: the passages with scores, the decision and why, milliseconds of each step.

    Under its `key` it may be given again.
    """

    kind: Kind
    text: str
    citations: tuple[Citation, ...] = ()
    record: dict[str, Any] = msgspec.field(default_factory=dict)
    key: CacheKey | None = None


class Invitation(msgspec.Struct, frozen=True):
    """To leave one's details: the documents hold no answer, somebody is wanted, or the visitor's own words offer them.

    `fields` has what they offered (email, phone, name), for them to look at and send.
    """

    why: WhyAsked
    fields: dict[str, str]


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    conversation_id: str
    question: str
    answer: str = ""
    kind: Kind | None = None
    state: State = "running"
    citations: tuple[Citation, ...] = ()
    record: dict[str, Any] = msgspec.field(default_factory=dict)
    asked_at: int = 0
    page: str | None = None
    vote: Vote | None = None
    vote_reason: str | None = None

    @property
    def is_running(self) -> bool:
        return self.state == "running"

    @property
    def is_left_to_person(self) -> bool:
        return self.record.get("decision") == SILENT

    @property
    def asks_for_person(self) -> bool:
        return self.kind == "handover" and not self.is_left_to_person

    @property
    def searched(self) -> str:
        """The question with the words it needs to stand alone, where it leans on the question before."""
        words: str = self.record.get("searched", self.question)
        return words

    @property
    def passages(self) -> list[dict[str, Any]]:
        """That it was answered from, the best first: the `passage`’s id, its `title` and `score`."""
        found: list[dict[str, Any]] = self.record.get("passages", [])
        return found

    @property
    def is_declined(self) -> bool:
        return self.record.get("decision") == DECLINED

    def answered(self, given: Answer) -> "Turn":
        return msgspec.structs.replace(
            self, answer=given.text, kind=given.kind, citations=given.citations, record=given.record, state="done"
        )

    def interrupted(self, said: str) -> "Turn":
        return msgspec.structs.replace(self, answer=said, state="interrupted")


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """`heard` and `mailed` are the ids of the last message that its visitor was given, and was sent by e-mail."""

    id: str
    locale: str | None
    started_at: int
    asked_at: int
    visitor_id: str | None = None
    heard: int = 0
    mailed: int = 0


class PassageNow(NamedTuple):
    """A passage as it stands today in its source."""

    source: str
    title: str
    heading: str
    text: str


class Author(NamedTuple):
    """Who of the staff, and what visitors are told of that."""

    name: str
    shown_as: str | None


class Asker(NamedTuple):
    """Who asks, and where."""

    visitor_id: str
    conversation_id: str
    is_new: bool  # the conversation


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """A person answers from `begun_at` until `ended_at`; staff are named as here, and `person` as visitors are told.

    It may go on from a colleague’s, whose id is `taken_from`.
    """

    id: int
    conversation_id: str
    reason: HandoverReason
    begun_by: str
    begun_at: int
    told_at: int | None
    ended_by: str | None
    ended_at: int | None
    person: str | None
    taken_from: int | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A person's words to the visitor, who is told that `person` wrote them."""

    id: int
    author: str
    text: str
    sent_at: int
    person: str | None
