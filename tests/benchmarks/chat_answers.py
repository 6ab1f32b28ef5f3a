"""A judged set through /api/chat: answered, refused, and how many answers hold an accepted one."""

import argparse
import asyncio
from pathlib import Path
from statistics import median

from tests.benchmarks.asking import Caller
from tests.benchmarks.filled import Document, Question, documents_and_questions, filled
from tests.benchmarks.measuring import Row, report
from tests.benchmarks.quoting import SET, plain, without_markers
from tests.benchmarks.serving import workspace as serving_workspace
from trulybot.account import api_keys


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="chat_answers", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the judged sets")
    parser.add_argument("--every", type=int, default=1, help="ask only each n-th question")
    options = parser.parse_args(argv)
    documents, questions = documents_and_questions(options.data / SET)
    asked = questions[:: options.every]
    report(f"Answers, {len(asked)} questions of {SET}", asyncio.run(measure(documents, asked)))


async def measure(documents: list[Document], questions: list[Question]) -> list[Row]:
    async with filled(documents) as workspace:
        key = await workspace.db.write(api_keys.create, "benchmark")
        return await asyncio.to_thread(_ask_all, workspace.settings.data, key, questions)


def _ask_all(data: Path, key: str, questions: list[Question]) -> list[Row]:
    with serving_workspace(data) as server:
        caller = Caller(server, key)
        replies = [(question, caller.ask(question.text).reply) for question in questions]
    answered = [(question, reply["answer"]) for question, reply in replies if reply["kind"] in ("quoted", "cached")]
    refused = sum(reply["kind"] == "refused" for _, reply in replies)
    true = sum(_holds(question, answer) for question, answer in answered)
    return [
        Row("answered", len(answered) / len(replies)),
        Row("refused", refused / len(replies)),
        Row("of those answered, hold an accepted answer", true / len(answered)),
        Row("of all, hold an accepted answer", true / len(replies)),
        Row("median words of an answer", float(median(len(without_markers(text).split()) for _, text in answered))),
    ]


def _holds(question: Question, answer: str) -> bool:
    said = plain(without_markers(answer))
    return any(plain(accepted) in said for accepted in question.answers)
