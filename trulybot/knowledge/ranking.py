"""How well a passage answers a question. Pure; the formulas are explained in docs/search.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from trulybot.knowledge.terms import ENDS, words_and_ends_of
from trulybot.knowledge.understanding import Term

TITLE, HEADING, BODY = 3.0, 2.0, 1.0  # what one occurrence counts
SATURATION, LENGTH = 1.2, 0.75  # the k1 and b of BM25, as SQLite has them
BM25, SENTENCE, PAIRS = 0.4, 0.2, 0.1  # beside a cosine of weight 1
NEAR = 2  # words apart at most, to count as a pair


@dataclass(frozen=True, slots=True)
class Match:
    """How a passage has the question's words; each figure is a share (0 to 1) of their summed idf."""

    bm25: float  # by how often, in how long a passage
    sentence: float  # in its best sentence
    pairs: float  # of neighbours in the question, those that are neighbours here too

    @property
    def keyword(self) -> float:
        return (BM25 * self.bm25 + SENTENCE * self.sentence + PAIRS * self.pairs) / (BM25 + SENTENCE + PAIRS)


NO_MATCH = Match(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as `match` needs it. `forms` maps the corpus' words that share a stem with it to that stem."""

    weights: Mapping[str, float]
    pairs: Mapping[tuple[str, str], float]
    forms: Mapping[str, str]

    @classmethod
    def by(cls, terms: Sequence[Term], forms: Mapping[str, str]) -> "Asked":
        weights = {term.stem: term.idf for term in terms}
        pairs = {(a.stem, b.stem): a.idf + b.idf for a, b in pairwise(terms)}
        return cls(weights, pairs, {**forms, **{term.word: term.stem for term in terms}})


def score(cosine: float, keyword: float) -> float:
    return cosine + (BM25 + SENTENCE + PAIRS) * keyword


def match(asked: Asked, title: str, heading: str, text: str, average_length: float) -> Match:
    total = sum(asked.weights.values())
    if not total:
        return NO_MATCH
    frequencies: dict[str, float] = {}
    for part, worth in ((title, TITLE), (heading, HEADING)):
        for found in _hits(asked, part):
            frequencies[found.stem] = frequencies.get(found.stem, 0.0) + worth
    hits = _hits(asked, text)
    sentences: dict[int, set[str]] = {}
    for found in hits:
        frequencies[found.stem] = frequencies.get(found.stem, 0.0) + BODY
        sentences.setdefault(found.sentence, set()).add(found.stem)
    best = max((sum(asked.weights[stem] for stem in stems) for stems in sentences.values()), default=0.0)
    pairs = {(a.stem, b.stem) for a, b in pairwise(hits) if b.place - a.place <= NEAR and a.sentence == b.sentence}
    length = SATURATION * (1 - LENGTH + LENGTH * len(text) / (average_length or 1))
    bm25 = sum(asked.weights[found] * count / (count + length) for found, count in frequencies.items())
    return Match(
        bm25=bm25 / total,
        sentence=best / total,
        pairs=sum(asked.pairs[pair] for pair in pairs & asked.pairs.keys()) / (sum(asked.pairs.values()) or 1),
    )


class _Hit(NamedTuple):
    stem: str
    place: int
    sentence: int


def _hits(asked: Asked, text: str) -> list[_Hit]:
    """Where words of the question stand."""
    forms, sentence, hits = asked.forms, 0, []
    for place, word in enumerate(words_and_ends_of(text)):
        if word in forms:
            hits.append(_Hit(forms[word], place, sentence))
        elif word in ENDS:
            sentence += 1
    return hits
