"""An answer without a model: the best sentences of the best passages, word for word, with their sources."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from trulybot.llm.answer_types import asks_to_explain
from trulybot.llm.choosing import chosen_from
from trulybot.llm.evidence import Candidate, Passage, candidates
from trulybot.llm.sentences import Sentence

PASSAGES = 5  # read for evidence; later ones hold the answer too seldom to be worth their place

_BULLET = re.compile(r"^[-*+•‣▪–]\s")
_REFERENCE = re.compile(r"\[(?:\d{1,3}|citation needed)\](?!\()")


@dataclass(frozen=True, slots=True)
class Citation:
    """`n` is the number in the text's `[n]`; `passage` the place in the list given; `quote` as the passage has it."""

    n: int
    passage: int
    quote: str


@dataclass(frozen=True, slots=True)
class Quotation:
    text: str
    citations: tuple[Citation, ...]


def quote(question: str, passages: Sequence[Passage], idf: Callable[[str], float]) -> Quotation:
    """Passages come best first; `idf` weighs a lower-case word in this corpus. Empty where no sentence is."""
    read = candidates(question, passages[:PASSAGES], idf)
    chosen = chosen_from(read, passages, asks_to_explain(question))
    by_passage: dict[int, list[Candidate]] = {}
    for candidate in chosen:  # the best sentence's passage speaks first
        by_passage.setdefault(candidate.passage, []).append(candidate)
    groups = [sorted(group, key=lambda candidate: candidate.position) for group in by_passage.values()]
    citations = tuple(
        Citation(n, group[0].passage, " … ".join(_runs(group, passages[group[0].passage].text)))
        for n, group in enumerate(groups, start=1)
    )
    said = [f"{_read_out(group, passages[group[0].passage].text)}[{n}]" for n, group in enumerate(groups, start=1)]
    return Quotation(("\n\n" if any("\n" in one for one in said) else " ").join(said), citations)


def _runs(group: list[Candidate], text: str) -> Iterator[str]:
    """Neighbouring sentences in one piece, as they stand in the passage."""
    start = end = group[0].sentence.start
    position = group[0].position
    for candidate in group:
        if candidate.position > position + 1:
            yield text[start:end]
            start = candidate.sentence.start
        position, end = candidate.position, candidate.sentence.end
    yield text[start:end]


def _read_out(group: list[Candidate], text: str) -> str:
    """The same for reading on: wrapped lines made one, what was skipped marked, the source's own [3] left out."""
    spoken = _spoken(group[0].sentence)
    for before, after in pairwise(group):
        spoken += _joint(before, after, text[before.sentence.end : after.sentence.start]) + _spoken(after.sentence)
    if "\n" not in spoken:
        spoken = _BULLET.sub("", spoken)  # an item that stands alone is a sentence
    return spoken + ("\n" if group[-1].sentence.kind == "code" else " ")


def _joint(before: Candidate, after: Candidate, between: str) -> str:
    if "\n" in between and not before.sentence.kind == after.sentence.kind == "prose":
        return "\n"
    if after.position > before.position + 1:
        return " … "
    return "\n\n" if between.count("\n") > 1 else between and " "


def _spoken(sentence: Sentence) -> str:
    return sentence.text if sentence.kind == "code" else " ".join(_REFERENCE.sub("", sentence.text).split())
