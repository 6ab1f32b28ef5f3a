"""Sources, their pages and passages, as rows."""

from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

import msgspec

from trulybot.kit.net.urls import WebAddress

Kind = Literal["text", "file", "url", "sitemap", "crawl", "pairs"]
Status = Literal["queued", "reading", "indexing", "ready", "failed"]
State = Literal["ready", "busy", "failed"]  # as lists tell sources apart
Changed = Literal["corrected", "left-out"]


class Walk(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a sitemap or a crawl goes. `depth` counts links from the first page.

    Patterns are /docs (and all below it), /docs/*, or https://example.com/* for the whole address.
    """

    pages: int = 200
    depth: int = 3
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def wants(self, address: WebAddress) -> bool:
        if any(_matches(address, pattern) for pattern in self.exclude):
            return False
        return not self.include or any(_matches(address, pattern) for pattern in self.include)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    kind: Kind
    title: str
    url: str | None = None
    file: str | None = None
    walk: Walk = Walk()
    status: Status = "queued"
    progress: float = 0.0
    error: str | None = None  # to be told
    resync_seconds: int | None = None
    read_at: int | None = None
    created_at: int = 0
    passages: int = 0
    pages: int = 0

    @property
    def is_busy(self) -> bool:
        return self.status in ("queued", "reading", "indexing")

    @property
    def is_from_the_web(self) -> bool:
        return self.kind in ("url", "sitemap", "crawl")


class SoughtSources(NamedTuple):
    """Those of a state, with `words` in their title or address."""

    state: State | None = None
    words: str = ""


EVERY_SOURCE = SoughtSources()


class DeletedSource(msgspec.Struct, frozen=True):
    id: str
    kind: Kind
    title: str
    passages: int
    deleted_at: int


class SourcePassage(msgspec.Struct, frozen=True, kw_only=True):
    """A passage as staff see it. Where they corrected it, `read_text` is what the source says."""

    id: int
    page_id: int
    position: int
    title: str
    heading: str
    text: str
    url: str | None = None
    read_text: str | None = None
    corrected_at: int | None = None
    excluded_at: int | None = None


class SoughtPassages(NamedTuple):
    """Those with `words` in them, or those that staff changed."""

    words: str = ""
    changed: Changed | None = None


class LostCorrection(msgspec.Struct, frozen=True):
    """What staff said of a passage that its source says otherwise now; `text` is None where they left it out."""

    id: int
    heading: str
    read_text: str
    text: str | None
    lost_at: int


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One document of a source as it was read last; `content_hash` is None until it was read whole."""

    id: int = 0
    url: str = ""
    depth: int = 0
    content_hash: bytes | None = None
    etag: str | None = None
    last_modified: str | None = None


class Span(msgspec.Struct, frozen=True):
    """The ids between which a source's passages lie."""

    source_id: str
    first: int
    last: int


class CuratedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The owner's own words for a question; `variants` are other ways to ask it. A hit is a time it was given."""

    id: int
    source_id: str
    question: str
    answer: str
    variants: tuple[str, ...] = ()
    hits: int = 0
    hit_at: int | None = None
    created_at: int = 0
    changed_at: int | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        return (self.question, *self.variants)


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Questions about one thing; `question` and then `examples` are those asked most often of all its `questions`.

    `asked` counts all the times; of these it was `refused`, the answer `disliked`, or the visitor `handed_over`.
    """

    id: int
    question: str
    asked: int
    refused: int
    disliked: int
    handed_over: int
    first_at: int
    last_at: int
    questions: int
    examples: tuple[str, ...]


class GapQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """One question of a gap; `unhelpful_answer` is what was said to it, if anything was."""

    question: str
    asked: int
    refused: int
    disliked: int
    handed_over: int
    last_at: int
    unhelpful_answer: str | None


class GapConversation(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    question: str
    asked_at: int


class ClosedGap(msgspec.Struct, frozen=True, kw_only=True):
    """A question that is open no more; `answer` is None where staff took it off the list."""

    id: int
    question: str
    asked: int
    answer: str | None
    closed_at: int


class AnsweredGap(msgspec.Struct, frozen=True, kw_only=True):
    """A question that was a gap until another try found this answer."""

    id: int
    question: str
    answer: str
    closed_at: int


def _matches(address: WebAddress, pattern: str) -> bool:
    if "://" in pattern:
        return fnmatchcase(str(address), pattern)
    pattern = pattern if pattern.startswith(("/", "*")) else f"/{pattern}"
    if any(sign in pattern for sign in "*?["):
        return fnmatchcase(address.target, pattern)
    path = address.target.partition("?")[0].rstrip("/")
    return f"{path}/".startswith(f"{pattern.rstrip('/')}/")
