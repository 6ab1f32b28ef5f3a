"""How likely each sentence of some passages is to answer a question, judged by its words alone."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, log1p
from typing import Protocol

from trulybot.llm.answer_types import AnswerType, expected_answer, fit
from trulybot.llm.english import FUNCTION_WORDS, stem_of, words_of
from trulybot.llm.sentences import Sentence, sentences_of

# Fitted as a conditional logit (which of these sentences holds the answer?) on SQuAD 2.0's dev set, by articles.
_WEIGHTS = {
    "coverage": 3.5,
    "rare": 4.7,
    "before": 3.6,
    "after": 0.8,
    "title": 0.7,
    "pairs": 2.3,
    "date": 2.5,
    "number": 2.4,
    "person": 1.7,
    "place": 0.9,
    "reason": 1.0,
    "behind": -5.0,
    "rank": -0.6,
}
_AKIN = 0.8  # what a word counts that only begins alike: "invade" for "invasion"
_BEGINNING = 4
_MOST_READ = 8_000  # characters of a passage; a proper one has a quarter of that


class Passage(Protocol):
    """What search found. `score` is the fused one (cosine + w · keyword); a Q&A pair's question is its title."""

    @property
    def title(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def score(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of one passage, and its share of the belief (1 in all) that it holds the answer."""

    passage: int
    position: int
    sentence: Sentence
    stems: frozenset[str]
    share: float


@dataclass(frozen=True, slots=True)
class _Asked:
    idf: dict[str, float]  # of the stem of each word that means something
    pairs: dict[tuple[str, str], None]  # of neighbouring words; a set would add up in another order each run
    expected: AnswerType | None
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Read:
    sentence: Sentence
    stems: list[str]
    own: frozenset[str]
    matches: dict[str, float]  # how surely it has each of the question's words


def candidates(question: str, passages: Sequence[Passage], idf: Callable[[str], float]) -> list[list[Candidate]]:
    """Of each passage its sentences, in their order. `passages` come best first; `idf` takes a lower-case word."""
    asked = _asked(question, idf)
    read = [
        [_read(sentence, passage, asked) for sentence in sentences_of(passage.text[:_MOST_READ])]
        for passage in passages
    ]
    rare = _rare(asked, [sentence for of_one in read for sentence in of_one])
    scores = [
        [sum(_WEIGHTS[name] * value for name, value in features.items()) for features in of_one]
        for of_one in _features(asked, rare, passages, read)
    ]
    best = max((score for of_one in scores for score in of_one), default=0.0)
    total = sum(exp(score - best) for of_one in scores for score in of_one)
    return [
        [
            Candidate(number, position, sentence.sentence, sentence.own, exp(score - best) / total)
            for position, (sentence, score) in enumerate(zip(of_one, its_scores, strict=True))
        ]
        for number, (of_one, its_scores) in enumerate(zip(read, scores, strict=True))
    ]


def question_of(passage: Passage) -> str:
    """What the text is the answer to, where its title or its heading is a question."""
    return next((asked for asked in (passage.heading, passage.title) if asked.rstrip().endswith("?")), "")


def _asked(question: str, idf: Callable[[str], float]) -> _Asked:
    words = words_of(question)
    telling = [word for word in words if word not in FUNCTION_WORDS] or words
    weights: dict[str, float] = {}
    for word in telling:
        weights[stem_of(word)] = max(weights.get(stem_of(word), 0.0), idf(word))
    pairs = dict.fromkeys(pair for pair in pairwise(map(stem_of, words)) if not weights.keys().isdisjoint(pair))
    return _Asked(weights, pairs, expected_answer(question), FUNCTION_WORDS.union(words))


def _read(sentence: Sentence, passage: Passage, asked: _Asked) -> _Read:
    """An answer seldom repeats its question: each of its sentences is read as if it began with it."""
    own = [stem_of(word) for word in words_of(sentence.text)]
    stems = [*map(stem_of, words_of(question_of(passage))), *own]
    return _Read(sentence, stems, frozenset(own), _matches(asked, stems))


def _matches(asked: _Asked, stems: Iterable[str]) -> dict[str, float]:
    having = set(stems)
    beginnings = {stem[:_BEGINNING] for stem in having if len(stem) >= _BEGINNING}
    return {
        stem: 1.0 if stem in having else _AKIN
        for stem in asked.idf
        if stem in having or stem[:_BEGINNING] in beginnings
    }


def _rare(asked: _Asked, sentences: list[_Read]) -> dict[str, float]:
    """The words found, weighed anew: one that half of these sentences have hardly tells which of them is meant."""
    found = Counter(stem for sentence in sentences for stem in sentence.matches)
    return {
        stem: asked.idf[stem] * log(1 + len(sentences) / (times + 0.5)) / log(2 + len(sentences))
        for stem, times in found.items()
    }


def _features(
    asked: _Asked, rare: dict[str, float], passages: Sequence[Passage], read: list[list[_Read]]
) -> list[list[dict[str, float]]]:
    return [
        [
            {
                **_own(of_one[place], asked, rare),
                **_lent(of_one, place, title, rare),
                "behind": passages[0].score - passage.score,
                "rank": log1p(rank),
            }
            for place in range(len(of_one))
        ]
        for rank, (passage, of_one) in enumerate(zip(passages, read, strict=True))
        for title in [_matches(asked, map(stem_of, words_of(f"{passage.title} {passage.heading}")))]
    ]


def _own(here: _Read, asked: _Asked, rare: dict[str, float]) -> dict[str, float]:
    own = {
        "coverage": _share(asked.idf, here.matches),
        "rare": _share(rare, here.matches),
        "pairs": _pairs(here, asked, rare),
    }
    if asked.expected:
        own[asked.expected] = fit(asked.expected, here.sentence.text, asked.known)
    return own


def _lent(of_one: list[_Read], place: int, title: dict[str, float], rare: dict[str, float]) -> dict[str, float]:
    """Words of the question that the sentence lacks, but its neighbours or the title have."""
    here = of_one[place].matches

    def lent_by(matches: Mapping[str, float]) -> float:
        return _share(rare, {stem: sure for stem, sure in matches.items() if stem not in here})

    return {
        "before": lent_by(of_one[place - 1].matches) if place else 0.0,
        "after": lent_by(of_one[place + 1].matches) if place + 1 < len(of_one) else 0.0,
        "title": lent_by(title),
    }


def _share(weights: dict[str, float], matches: Mapping[str, float]) -> float:
    return sum(weights.get(stem, 0.0) * sure for stem, sure in matches.items()) / (sum(weights.values()) or 1.0)


def _pairs(here: _Read, asked: _Asked, rare: dict[str, float]) -> float:
    """The share of the question's neighbouring words that are neighbours here too."""
    weights = {pair: sum(rare.get(stem, 0.0) for stem in pair) + 0.1 for pair in asked.pairs}
    neighbours = set(pairwise(here.stems))
    return sum(weight for pair, weight in weights.items() if pair in neighbours) / (sum(weights.values()) or 1.0)
