"""Which sentences are quoted: the likeliest, each with those it cannot be read without, until it is enough."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, takewhile

from trulybot.llm.english import PRONOUNS
from trulybot.llm.evidence import Candidate, Passage, question_of

BELIEF = 0.9  # that the answer is among what was chosen; then it is enough
LEAST_BELIEF = 0.06  # in a sentence that is to stand beside others
WORDS = 120  # in all, except that the best sentence is chosen whatever its length
ANSWER_WORDS = 90  # the owner's own answer to such a question is quoted whole up to here
EXPLANATION_WORDS = 70
LIST_WORDS = 70
LEAD_WORDS = 30
SAME = 0.75  # share of a sentence's words that another one has too, so that it says nothing new


def chosen_from(read: list[list[Candidate]], passages: Sequence[Passage], explain: bool) -> list[Candidate]:
    """The best comes first, with its company. `explain` lets it go on for a sentence."""
    chosen: list[Candidate] = []
    belief = 0.0
    for candidate in sorted((c for of_one in read for c in of_one), key=lambda c: -c.share):
        if belief >= BELIEF or (chosen and candidate.share < LEAST_BELIEF):
            break
        around, passage = read[candidate.passage], passages[candidate.passage]
        if candidate in chosen or _says_nothing(candidate, around):
            continue
        if _says_the_same(candidate, chosen):
            belief += candidate.share
            continue
        company = _company(candidate, around, passage)
        if explain and not chosen:
            company = _gone_on(company, around, passage.text)
        added = _affordable(chosen, [company, [candidate]])
        if not added:
            break
        chosen += added
        belief += sum(one.share for one in added)
    return chosen


def _affordable(chosen: list[Candidate], choices: list[list[Candidate]]) -> list[Candidate]:
    """What the first choice that fits would add."""
    for choice in choices:
        new = [candidate for candidate in choice if candidate not in chosen]
        if not chosen or sum(map(_words, [*chosen, *new])) <= WORDS:
            return new
    return []


def _says_nothing(candidate: Candidate, around: list[Candidate]) -> bool:
    return candidate.sentence.kind == "heading" or (_announces(candidate) and candidate is around[-1])


def _says_the_same(candidate: Candidate, chosen: list[Candidate]) -> bool:
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


def _gone_on(company: list[Candidate], around: list[Candidate], text: str) -> list[Candidate]:
    """With the next sentence, where that belongs to the same paragraph or item and keeps it short."""
    last = company[-1]
    following = around[last.position + 1 :][:1]
    if following and sum(map(_words, [*company, *following])) <= EXPLANATION_WORDS:
        between = text[last.sentence.end : following[0].sentence.start]
        return company if "\n\n" in between else [*company, *following]
    return company


def _listed(following: list[Candidate]) -> Iterator[Candidate]:
    return takewhile(lambda c: c.sentence.kind in ("item", "code", "row"), following)


def _within(limit: int, listed: Iterable[Candidate]) -> list[Candidate]:
    total = accumulate(map(_words, kept := list(listed)))
    return [candidate for candidate, words in zip(kept, total, strict=True) if words <= limit]


def _announces(candidate: Candidate) -> bool:
    return candidate.sentence.text.endswith((":", "："))


def _words(candidate: Candidate) -> int:
    return len(candidate.sentence.text.split())
