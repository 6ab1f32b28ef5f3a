"""How well a passage answers a question. Pure; the formulas are explained in docs/search.md."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from trulybot.knowledge.terms import words_of
from trulybot.knowledge.understanding import Term

TITLE, HEADING, BODY = 3.0, 2.0, 1.0  # what one occurrence counts
SATURATION, LENGTH = 1.2, 0.75  # the k1 and b of BM25, as SQLite has them
BM25, SENTENCE, PAIRS = 0.4, 0.2, 0.1  # beside a cosine of weight 1
NEAR = 2  # words apart at most, to count as a pair
SENTENCE_END = re.compile(r"(?<=[.!?।])\s+|(?<=[。！？])|\n+")


@dataclass(frozen=True, slots=True)
class Match:
    """How a passage has the question's words; each figure is a share (0 to 1) of their summed idf."""

    bm25: float  # by how often, in how long a passage
    coverage: float  # anywhere in it
    sentence: float  # in its best sentence
    pairs: float  # of neighbours in the question, those that are neighbours here too

    @property
    def keyword(self) -> float:
        return (BM25 * self.bm25 + SENTENCE * self.sentence + PAIRS * self.pairs) / (BM25 + SENTENCE + PAIRS)


NO_MATCH = Match(0.0, 0.0, 0.0, 0.0)


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
        for _, found in _hits(asked, part):
            frequencies[found] = frequencies.get(found, 0.0) + worth
    best, pairs = 0.0, set[tuple[str, str]]()
    for sentence in SENTENCE_END.split(text):
        hits = _hits(asked, sentence)
        for _, found in hits:
            frequencies[found] = frequencies.get(found, 0.0) + BODY
        best = max(best, sum(asked.weights[found] for found in {found for _, found in hits}))
        pairs |= _pairs(asked, hits)
    length = SATURATION * (1 - LENGTH + LENGTH * len(text) / (average_length or 1))
    bm25 = sum(asked.weights[found] * count / (count + length) for found, count in frequencies.items())
    return Match(
        bm25=bm25 / total,
        coverage=sum(asked.weights[found] for found in frequencies) / total,
        sentence=best / total,
        pairs=sum(asked.pairs[pair] for pair in pairs) / (sum(asked.pairs.values()) or 1),
    )


def _hits(asked: Asked, text: str) -> list[tuple[int, str]]:
    """Where a word of the question stands, and its stem."""
    forms = asked.forms
    return [(place, forms[word]) for place, word in enumerate(words_of(text)) if word in forms]


def _pairs(asked: Asked, hits: list[tuple[int, str]]) -> set[tuple[str, str]]:
    near = {(a, b) for (i, a), (j, b) in pairwise(hits) if j - i <= NEAR}
    return near & asked.pairs.keys()
