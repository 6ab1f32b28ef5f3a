"""Messages of `intents.tsv` (intent, language, message) were written before the phrases and never tuned on."""

from collections import Counter
from pathlib import Path

import pytest

from trulybot.chat.intent import intent_of

SET = Path(__file__).with_name("intents.tsv")
LEAST = 0.9
FEWEST = 300


def test_intents_are_told_apart() -> None:
    messages = [line.split("\t") for line in SET.read_text().splitlines()]
    assert len(messages) >= FEWEST
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for wanted, _, message in messages:
        found = intent_of(message)
        if found == wanted:
            right[wanted] += 1
        else:
            wrong[found] += 1
            missed[wanted] += 1
    f1 = {intent: 2 * right[intent] / (2 * right[intent] + wrong[intent] + missed[intent]) for intent in right}
    assert len(f1) == 6
    assert sum(f1.values()) / len(f1) >= LEAST, f1


@pytest.mark.parametrize(
    "question",
    ["Will you call me when it is ready?", "Hello, when are you open?", "Thanks, and what does it cost?", "?", "1234"],
)
def test_a_question_is_one_whatever_stands_around_it(question: str) -> None:
    assert intent_of(question) == "question"


def test_case_accents_and_punctuation_do_not_matter() -> None:
    assert intent_of("¡¡ESTÚPIDO!!") == intent_of("estupido") == "abuse"
    assert intent_of("मुझे फ़ोन करें") == intent_of("मुझे फोन करें") == "contact"
