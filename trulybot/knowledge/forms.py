"""What staff send to add documents, and what they see of them: the API has always called a source a document."""

from typing import Annotated

import msgspec
from msgspec import Meta

from trulybot.kit.texts import told
from trulybot.knowledge.models import AnsweredGap, CuratedAnswer, Gap, Source, SourcePassage, Status, Walk

UNSAID = Walk()
LONGEST_PASSAGE = 10_000  # characters, as staff may write one

Title = Annotated[str, Meta(min_length=1, max_length=300)]
Address = Annotated[str, Meta(min_length=1, max_length=2000)]
AskedAs = Annotated[str, Meta(min_length=1, max_length=1000)]
Pattern = Annotated[str, Meta(min_length=1, max_length=300)]
Interval = Annotated[int, Meta(ge=3600, le=31_536_000)]


class PastedText(msgspec.Struct, forbid_unknown_fields=True):
    title: Title
    text: Annotated[str, Meta(min_length=1)]
    url: Address | None = None


class TypedPair(msgspec.Struct, forbid_unknown_fields=True):
    question: Annotated[str, Meta(min_length=1, max_length=1000)]
    answer: Annotated[str, Meta(min_length=1, max_length=10_000)]


class NewAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """`variants` are other ways to ask the same."""

    question: AskedAs
    answer: Annotated[str, Meta(min_length=1, max_length=10_000)]
    variants: Annotated[tuple[AskedAs, ...], Meta(max_length=50)] = ()


class AnswerChanges(msgspec.Struct, forbid_unknown_fields=True):
    """Only what is sent changes."""

    question: AskedAs | None = None
    answer: Annotated[str, Meta(min_length=1, max_length=10_000)] | None = None
    variants: Annotated[tuple[AskedAs, ...], Meta(max_length=50)] | None = None


class Answers(msgspec.Struct):
    answers: list[CuratedAnswer]
    next: str | None


class MatchingAnswer(msgspec.Struct):
    """`way` is the question that came nearest; `given` says whether a visitor would get the answer.

    `cosine` is null where the words are the same. `needed` is the cosine from which they would, null where they never
    would, or always.
    """

    answer: CuratedAnswer
    way: str
    cosine: float | None
    given: bool
    needed: float | None


class MatchingAnswers(msgspec.Struct):
    matches: list[MatchingAnswer]


class Imported(msgspec.Struct):
    answers: int


class Documents(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Exactly one of `url`, `sitemap`, `crawl` and `pairs`; the others say how to read it."""

    url: Address | None = None
    sitemap: Address | None = None
    crawl: Address | None = None
    pairs: Annotated[list[TypedPair], Meta(min_length=1, max_length=5000)] | None = None
    title: Title | None = None
    depth: Annotated[int, Meta(ge=0, le=20)] = UNSAID.depth
    pages: Annotated[int, Meta(ge=1, le=100_000)] = UNSAID.pages
    include: Annotated[tuple[Pattern, ...], Meta(max_length=50)] = ()
    exclude: Annotated[tuple[Pattern, ...], Meta(max_length=50)] = ()
    resync_seconds: Interval | None = None

    @property
    def walk(self) -> Walk:
        return Walk(pages=self.pages, depth=self.depth, include=self.include, exclude=self.exclude)


class Accepted(msgspec.Struct):
    id: str
    status: Status


class Document(msgspec.Struct, omit_defaults=True):
    """`progress` is 0 to 1 of the step that `status` names."""

    id: str
    title: str
    kind: str
    status: Status
    progress: float
    passages: int
    pages: int
    created_at: int
    url: str | None = None
    error: str | None = None
    read_at: int | None = None
    resync_seconds: int | None = None


class DocumentList(msgspec.Struct):
    documents: list[Document]
    next: str | None


class PassageChanges(msgspec.Struct, forbid_unknown_fields=True):
    """Only what is sent changes. A `text` of null gives the passage back what its document says."""

    text: Annotated[str, Meta(min_length=1, max_length=LONGEST_PASSAGE)] | None | msgspec.UnsetType = msgspec.UNSET
    excluded: bool | msgspec.UnsetType = msgspec.UNSET


class PassageList(msgspec.Struct):
    passages: list[SourcePassage]
    next: str | None


class FoundPassage(msgspec.Struct):
    """`keyword` and `vector` are the two parts of `score`; null where that list did not hold the passage."""

    document: str
    title: str
    heading: str
    text: str
    score: float
    keyword: float | None
    vector: float | None
    url: str | None = None


class FoundPassages(msgspec.Struct):
    passages: list[FoundPassage]


class GapList(msgspec.Struct):
    """`answered` are questions that left the list lately because an answer was found, the last first."""

    gaps: list[Gap]
    answered: list[AnsweredGap]
    next: str | None


def document_from(source: Source) -> Document:
    shared = {name: getattr(source, name) for name in Document.__struct_fields__}
    return Document(**{**shared, "error": told(source.error) if source.error else None})
