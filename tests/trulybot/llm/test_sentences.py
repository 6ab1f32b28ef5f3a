import pytest
from hypothesis import given
from hypothesis import strategies as st

from trulybot.llm.sentences import MONSTROUS, sentences_of


def texts(passage: str) -> list[str]:
    return [sentence.text for sentence in sentences_of(passage)]


def kinds(passage: str) -> list[str]:
    return [sentence.kind for sentence in sentences_of(passage)]


def test_a_sentence_ends_at_its_full_stop() -> None:
    assert texts("We ship on Mondays. Orders are packed by hand! Why? It is safer.") == [
        "We ship on Mondays.",
        "Orders are packed by hand!",
        "Why?",
        "It is safer.",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr. Anna Bell and Mr. J. R. Hill signed it.",
        "It weighs approx. 3.5 kg, i.e. less than no. 7 does.",
        "Founded by Smith et al. in Washington, D.C. and moved since.",
        'He said "Stop!" and left.',
        "Visit example.com/a.html?b=c today.",
        "3. Press the button",
        "Open at 9 a.m. Monday to Friday",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert texts(sentence) == [sentence]


def test_an_abbreviation_ends_a_sentence_where_another_begins() -> None:
    assert texts("We open at 9 a.m. The shop closes at noon.") == ["We open at 9 a.m.", "The shop closes at noon."]


def test_closing_quotes_and_references_stay_with_their_sentence() -> None:
    assert texts('She said "no."[12] Then she left.') == ['She said "no."[12]', "Then she left."]


def test_a_wrapped_line_goes_on_and_a_new_item_does_not() -> None:
    passage = (
        "To return a parcel you need these three things, all of\nwhich are free:\n- a label\n- a box that\n  closes"
    )
    assert texts(passage) == [
        "To return a parcel you need these three things, all of\nwhich are free:",
        "- a label",
        "- a box that\n  closes",
    ]
    assert kinds(passage) == ["prose", "item", "item"]


def test_headings_rows_and_code_are_told_apart() -> None:
    passage = "## Prices\nPlan: Small · Price: 9 € · Users: 3. Or 4.\n```\na = 1. \n\nB = 2\n```\nDone."
    assert kinds(passage) == ["heading", "row", "code", "prose"]
    assert texts(passage)[2] == "```\na = 1. \n\nB = 2\n```"


def test_chinese_needs_no_space_after_its_full_stop() -> None:
    assert texts("我们周一发货。周五休息！") == ["我们周一发货。", "周五休息！"]


def test_a_monstrous_sentence_is_cut_at_its_clauses() -> None:
    pieces = texts(" and so on and on, " * 100)
    assert all(len(piece) <= MONSTROUS for piece in pieces)
    assert all(piece.endswith(",") for piece in pieces)


@given(st.text(alphabet="aA1.!?:;,\"') \n-#`|·[]。", max_size=300))
def test_every_sentence_is_a_slice_and_every_letter_is_in_one(passage: str) -> None:
    sentences = sentences_of(passage)
    assert all(passage[one.start : one.end] == one.text == one.text.strip() for one in sentences)
    assert sum(map(str.isalnum, "".join(one.text for one in sentences))) == sum(map(str.isalnum, passage))
