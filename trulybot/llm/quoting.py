"""An answer without a model: the best sentences of the best passages, word for word, with their sources."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise, takewhile

from trulybot.llm.english import PRONOUNS
from trulybot.llm.evidence import Candidate, Passage, candidates, question_of
from trulybot.llm.sentences import Sentence

PASSAGES = 5  # read for evidence; later ones hold the answer too seldom to be worth their place
BELIEF = 0.9  # that the answer is among what was quoted; then it is enough
LEAST_BELIEF = 0.03  # in a sentence that is to be quoted beside others
WORDS = 110  # in all, except that the best sentence is quoted whatever its length
ANSWER_WORDS = 90  # an answer to this very question in the owner's words is quoted whole up to here
LIST_WORDS = 70
LEAD_WORDS = 30
SAME = 0.75  # share of a sentence's words that another one has too, so that it says nothing new

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
    chosen = _chosen(read, passages)
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


def _chosen(read: list[list[Candidate]], passages: Sequence[Passage]) -> list[Candidate]:
    """By their share of belief until it is enough, each with the sentences it cannot be read without."""
    chosen: dict[tuple[int, int], Candidate] = {}
    belief, words = 0.0, 0
    for candidate in sorted((c for of_one in read for c in of_one), key=lambda c: -c.share):
        if belief >= BELIEF or (chosen and candidate.share < LEAST_BELIEF):
            break
        if (candidate.passage, candidate.position) in chosen or not _says_something(candidate, read):
            continue
        if _says_the_same(candidate, chosen.values()):
            belief += candidate.share
            continue
        for company in (_company(candidate, read[candidate.passage], passages[candidate.passage]), [candidate]):
            new = [c for c in company if (c.passage, c.position) not in chosen]
            cost = sum(_words(c) for c in new)
            if not chosen or words + cost <= WORDS:
                break
        else:
            break
        chosen |= {(c.passage, c.position): c for c in [candidate, *new]}
        belief += sum(c.share for c in new)
        words += cost
    return list(chosen.values())


def _says_something(candidate: Candidate, read: list[list[Candidate]]) -> bool:
    is_last = candidate.position == len(read[candidate.passage]) - 1
    return candidate.sentence.kind != "heading" and not (_announces(candidate) and is_last)


def _says_the_same(candidate: Candidate, chosen: Iterable[Candidate]) -> bool:
    stems = candidate.stems
    return any(len(stems & other.stems) >= SAME * len(stems) for other in chosen)


def _company(candidate: Candidate, around: list[Candidate], passage: Passage) -> list[Candidate]:
    """The sentence with those around it that it leans on."""
    if question_of(passage) and sum(map(_words, around)) <= ANSWER_WORDS:
        return around
    place = candidate.position
    if _announces(candidate):
        following = around[place + 1 :]
        return [candidate, *(_within(LIST_WORDS, _listed(following)) or following[:1])]
    lead = around[place - 1] if place else None
    if candidate.sentence.kind in ("item", "code"):
        lead = next((c for c in reversed(around[:place]) if c.sentence.kind != "item"), None)
        leans = lead is not None and _announces(lead)
    else:
        leans = candidate.sentence.text.split(maxsplit=1)[0].lower() in PRONOUNS
    if leans and lead is not None and lead.sentence.kind == "prose" and _words(lead) <= LEAD_WORDS:
        return [lead, candidate]
    return [candidate]


def _listed(following: list[Candidate]) -> Iterator[Candidate]:
    return takewhile(lambda c: c.sentence.kind in ("item", "code", "row"), following)


def _within(limit: int, listed: Iterable[Candidate]) -> list[Candidate]:
    total = accumulate(map(_words, kept := list(listed)))
    return [candidate for candidate, words in zip(kept, total, strict=True) if words <= limit]


def _announces(candidate: Candidate) -> bool:
    return candidate.sentence.text.endswith((":", "："))


def _words(candidate: Candidate) -> int:
    return len(candidate.sentence.text.split())


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
    return spoken + ("\n" if group[-1].sentence.kind == "code" else " ")


def _joint(before: Candidate, after: Candidate, between: str) -> str:
    if "\n" in between and not before.sentence.kind == after.sentence.kind == "prose":
        return "\n"
    if after.position > before.position + 1:
        return " … "
    return "\n\n" if between.count("\n") > 1 else between and " "


def _spoken(sentence: Sentence) -> str:
    return sentence.text if sentence.kind == "code" else " ".join(_REFERENCE.sub("", sentence.text).split())
