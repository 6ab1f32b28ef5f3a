"""How many quoted answers hold an accepted one, and how long they are, beside two naively picked sentences."""

import argparse
import asyncio
import re
import string
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from tests.benchmarks.filled import Document, Question, documents_and_questions, filled
from tests.benchmarks.measuring import Bar, Row, percentile, report
from trulybot.chat.answering import PASSAGES
from trulybot.knowledge.search import Findings
from trulybot.llm.english import stem_of, words_of
from trulybot.llm.quoting import quote

SET = "squad2-dev"
TRUE_ENOUGH = Bar(0.87, at_least=True)
SHORT_ENOUGH = Bar(55)
NAIVE_PASSAGES, NAIVE_SENTENCES = 3, 2

_MARKER = re.compile(r"\s*\[\d+\]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_NOT_JUDGED = str.maketrans("", "", string.punctuation)
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="quoting", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the judged sets")
    parser.add_argument("--every", type=int, default=1, help="ask only each n-th question")
    options = parser.parse_args(argv)
    documents, questions = documents_and_questions(options.data / SET)
    quoted, naive = asyncio.run(measure(documents, questions[:: options.every]))
    report(f"Quoting, {len(quoted)} questions of {SET}, none refused", _rows(quoted, naive))


@dataclass(frozen=True)
class Quoted:
    holds_answer: bool
    words: int
    milliseconds: float


async def measure(documents: list[Document], questions: list[Question]) -> tuple[list[Quoted], list[Quoted]]:
    """Ours and the naive ones, from the same passages of the product's own reading and search."""
    quoted, naive = [], []
    async with filled(documents) as workspace:
        for question in questions:
            findings = await workspace.library.find(question.text, PASSAGES)
            quoted.append(_judge(question, findings, _quote))
            naive.append(_judge(question, findings, _two_sentences))
    return quoted, naive


def _quote(findings: Findings) -> str:
    return quote(findings.understood.text, findings.passages, findings.understood.idf).text


def _two_sentences(findings: Findings) -> str:
    """The best by idf-weighted overlap with the question plus the passage's score."""
    asked = {stem_of(word): findings.understood.idf(word) for word in words_of(findings.understood.text)}

    def overlap(sentence: str) -> float:
        return sum(asked.get(stem, 0.0) for stem in {stem_of(word) for word in words_of(sentence)})

    scored = [
        (overlap(sentence) / (sum(asked.values()) or 1.0) + passage.score, sentence)
        for passage in findings.passages[:NAIVE_PASSAGES]
        for sentence in _SENTENCE_END.split(passage.text)
    ]
    return " ".join(sentence for _, sentence in sorted(scored, reverse=True)[:NAIVE_SENTENCES])


def _judge(question: Question, findings: Findings, answer: Callable[[Findings], str]) -> Quoted:
    began = time.perf_counter()
    text = answer(findings)
    milliseconds = 1000 * (time.perf_counter() - began)
    said = without_markers(text)
    holds_answer = any(plain(accepted) in plain(said) for accepted in question.answers)
    return Quoted(holds_answer, len(said.split()), milliseconds)


def without_markers(text: str) -> str:
    return _MARKER.sub("", text)


def plain(text: str) -> str:
    """As SQuAD's own judge compares: no case, punctuation or articles, single spaces."""
    return " ".join(_ARTICLE.sub(" ", text.lower().translate(_NOT_JUDGED)).split())


def _rows(quoted: list[Quoted], naive: list[Quoted]) -> list[Row]:
    true, naively_true = (mean(one.holds_answer for one in of) for of in (quoted, naive))
    words, naive_words = (float(median(one.words for one in of)) for of in (quoted, naive))
    our_time, naive_time = ([one.milliseconds for one in of] for of in (quoted, naive))
    return [
        Row("share that holds an accepted answer", true, bar=TRUE_ENOUGH),
        Row("the same, beside two sentences", true, naively_true),
        Row("median words", words, bar=SHORT_ENOUGH),
        Row("the same, beside two sentences", words, naive_words),
        Row("mean words", mean(one.words for one in quoted), mean(one.words for one in naive)),
        Row("time to quote, median", median(our_time), median(naive_time), "ms"),
        Row("time to quote, p95", percentile(our_time, 0.95), percentile(naive_time, 0.95), "ms"),
    ]
