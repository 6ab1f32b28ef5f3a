"""Questions with their answers, from a table: question, answer, and other ways to ask."""

import re
from collections.abc import Iterator
from pathlib import Path

from trulybot.kit.texts import N_
from trulybot.knowledge.reading import csv
from trulybot.knowledge.reading.document import Limits, ReadingFailed
from trulybot.knowledge.reading.encoding import opened, sample_of
from trulybot.knowledge.reading.wire import Pair

QUESTION = frozenset(["question", "questions", "q", "frage", "pregunta", "domanda", "pergunta"])
ANSWER = frozenset(["answer", "answers", "a", "antwort", "respuesta", "réponse", "reponse", "risposta", "resposta"])
VARIANTS = frozenset(["variants", "variant", "alternatives", "other questions", "also asked as", "synonyms"])

NO_PAIRS = N_(
    "This table has no questions and answers. Give it two columns, question and answer "
    "(and a third, variants, if you like, separated by |), and upload it again."
)
_BETWEEN_VARIANTS = re.compile(r"\s*[|\n]\s*")


def read(path: Path, limits: Limits) -> Iterator[Pair]:
    text, _ = opened(path)
    with text:
        rows = csv.rows(text, csv.delimiter_of(sample_of(path)) or ",")
        first = next(rows, None)
        if first is None or len(first) < 2:
            raise ReadingFailed(NO_PAIRS)
        columns = _columns(first)
        if columns is None:
            columns = (0, 1, 2)
            yield from _pair(first, columns)
        for row in rows:
            yield from _pair(row, columns)


def _columns(header: list[str]) -> tuple[int, int, int | None] | None:
    """Where question, answer and variants stand; None if the first row is a pair already."""
    names = [" ".join(cell.casefold().split()) for cell in header]
    question, answer, variants = (
        next((at for at, name in enumerate(names) if name in words), None) for words in (QUESTION, ANSWER, VARIANTS)
    )
    return None if question is None or answer is None else (question, answer, variants)


def _pair(row: list[str], columns: tuple[int, int, int | None]) -> Iterator[Pair]:
    question, answer, variants = (row[at].strip() if at is not None and at < len(row) else "" for at in columns)
    if question and answer:
        yield Pair(" ".join(question.split()), answer, [part for part in _BETWEEN_VARIANTS.split(variants) if part])
