"""Sets of questions with judgements: reading them from disk, misspelling them, measuring a ranking."""

import json
import random
import re
import string
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import fmean

from tests.corpus import Document
from trulybot.knowledge.chunking import Section, passages_of
from trulybot.llm.minilm.tokens import token_counter

SETS = ("stackfaq-answers", "squad2-dev")
DEPTH = 10  # documents of a ranking that are looked at
SHORTEST_MISSPELT = 4  # letters

_WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True)
class Judged:
    """`relevant` holds a grade for each document that answers a question."""

    name: str
    documents: list[Document]
    questions: dict[str, str]
    relevant: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Quality:
    ndcg: float
    recall: float
    reciprocal_rank: float


def read_sets(data: Path | None) -> list[Judged]:
    """The sets in a folder; ends the program with a sentence when there are none."""
    found = [name for name in SETS if data and (data / name / "corpus.jsonl").is_file()]
    if not data or not found:
        sys.exit(f"Give --data DIR, a folder with {' or '.join(SETS)} (corpus.jsonl, queries.jsonl, qrels.tsv).")
    return [_read_set(data / name) for name in found]


def with_typos(questions: Mapping[str, str], seed: int = 7) -> dict[str, str]:
    """Two one-letter edits, in two words of at least four letters each where a question has them."""
    chance = random.Random(seed)
    return {key: _misspelt(question, chance) for key, question in questions.items()}


def quality(judged: Judged, rankings: Mapping[str, Sequence[str]]) -> Quality:
    """`rankings` holds for each question its documents, best first."""
    measured = [(judged.relevant[key], ranking[:DEPTH]) for key, ranking in rankings.items()]
    return Quality(
        ndcg=fmean(_gain([grades.get(one, 0) for one in ranking]) / _ideal(grades) for grades, ranking in measured),
        recall=fmean(sum(one in grades for one in ranking[:5]) / len(grades) for grades, ranking in measured),
        reciprocal_rank=fmean(
            max((1 / place for place, one in enumerate(ranking, start=1) if one in grades), default=0.0)
            for grades, ranking in measured
        ),
    )


def _read_set(folder: Path) -> Judged:
    count = token_counter()
    relevant: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text().splitlines():
        question, document, grade = line.split("\t")
        if grade.isdigit() and int(grade):
            relevant.setdefault(question, {})[document] = int(grade)
    return Judged(
        folder.name,
        [
            (line["id"], list(passages_of(line["title"], [Section(line["text"])], count)))
            for line in _lines(folder / "corpus.jsonl")
        ],
        {line["id"]: line["text"] for line in _lines(folder / "queries.jsonl") if line["id"] in relevant},
        relevant,
    )


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _misspelt(question: str, chance: random.Random) -> str:
    words = [match for match in _WORD.finditer(question) if len(match[0]) >= SHORTEST_MISSPELT]
    chosen = sorted(chance.sample(words, min(2, len(words))), key=lambda match: -match.start())
    for match in chosen:
        question = question[: match.start()] + _edited(match[0], chance) + question[match.end() :]
    return question


def _edited(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word) - 1)
    letter = chance.choice(string.ascii_lowercase)
    left, right = word[:place], word[place:]
    return chance.choice(
        [left + right[1:], left + right[1] + right[0] + right[2:], left + letter + right[1:], left + letter + right]
    )


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / log2(place + 1) for place, grade in enumerate(grades, start=1))


def _ideal(grades: Mapping[str, int]) -> float:
    return _gain(sorted(grades.values(), reverse=True)[:DEPTH])
