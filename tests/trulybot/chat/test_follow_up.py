"""Follow-ups are told from questions of their own by rule, which was not tuned on these questions."""

from pathlib import Path

import pytest

from trulybot.chat.follow_up import leans, standing_alone

QUESTIONS = Path(__file__).with_name("follow_ups.tsv").read_text().splitlines()


def test_most_follow_ups_and_most_other_questions_are_told_apart() -> None:
    labelled = [line.split("\t") for line in QUESTIONS]
    right = sum(leans(question) is (label == "leans") for label, question in labelled)
    assert right / len(labelled) >= 0.9


@pytest.mark.parametrize(
    ("question", "earlier", "expected"),
    [
        ("And on Sundays?", ["What are your opening hours?"], "opening hours And on Sundays?"),
        ("How much is that?", ["Do you deliver to Portugal?"], "deliver portugal How much is that?"),
        ("Is delivery free?", ["What are your opening hours?"], "Is delivery free?"),
        ("And on Sundays?", [], "And on Sundays?"),
        ("And at night?", ["What are your opening hours?", "And on Sundays?"], "opening hours sundays And at night?"),
    ],
)
def test_the_telling_words_of_the_question_before_are_joined(question: str, earlier: list[str], expected: str) -> None:
    assert standing_alone(question, earlier) == expected
