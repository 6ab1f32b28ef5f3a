import pytest

from trulybot.llm.answer_types import expected_answer, fit


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When do you open?", "date"),
        ("In what year was it founded?", "date"),
        ("How many users may I add?", "number"),
        ("What is the monthly price?", "number"),
        ("Who signed it?", "person"),
        ("Where is the office?", "place"),
        ("Why was I charged?", "reason"),
        ("What is a passage?", None),
    ],
)
def test_wording_gives_away_what_is_asked_for(question: str, expected: str | None) -> None:
    assert expected_answer(question) == expected


@pytest.mark.parametrize(
    ("question", "fitting", "other"),
    [
        ("When do you open?", "We open on Monday.", "We open our doors."),
        ("How many users?", "Up to twelve users.", "Our users."),
        ("Who signed it?", "It was signed by Anna Bell.", "It was signed by us."),
        ("Where is it?", "It stands in Lyon.", "It stands there."),
        ("Why was I charged?", "It happens because a trial ended.", "It happens."),
        ("What is it?", "Anything.", "Anything else."),
    ],
)
def test_a_sentence_with_such_a_thing_fits_better(question: str, fitting: str, other: str) -> None:
    expected = expected_answer(question)
    assert fit(expected, fitting, frozenset({"it"})) > fit(expected, other, frozenset({"it"})) or expected is None


def test_a_name_the_question_has_already_is_no_answer() -> None:
    assert fit("person", "Anna Bell", frozenset()) > 0
    assert fit("person", "Anna Bell", frozenset({"anna", "bell"})) == 0
