from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trulybot.knowledge.spelling import distance, one_edit_away, repair

KNOWN = {"parcel": 3, "partial": 9, "delivery": 5, "return": 4, "returns": 8, "address": 2, "constitution": 1}


def count(words: Iterable[str]) -> dict[str, int]:
    return {word: KNOWN[word] for word in words if word in KNOWN}


def alike(word: str) -> list[str]:
    return [known for known in KNOWN if known[:3] == word[:3]]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("pacel", "parcel"),
        ("parecl", "parcel"),
        ("parcell", "parcel"),
        ("parxel", "parcel"),
        ("delivrey", "delivery"),
        ("adddress", "address"),
        ("constittuon", "constitution"),
    ],
)
def test_a_misspelt_word_is_repaired(wrong: str, right: str) -> None:
    assert repair(wrong, count, alike) == right


def test_of_two_equally_near_the_frequent_one_is_meant() -> None:
    assert repair("returnx", count, alike) == "returns"


@pytest.mark.parametrize("word", ["xyzzyx", "pxl", "r2d2", "p4rcel", "return" * 10])
def test_what_cannot_be_guessed_is_left(word: str) -> None:
    assert repair(word, count, alike) is None


def test_words_of_other_scripts_are_repaired_too() -> None:
    known = {"डिलीवरी": 2}
    assert repair("डिलवीरी", lambda words: {w: known[w] for w in words if w in known}, lambda word: list(known)) == (
        "डिलीवरी"
    )


@given(st.text(alphabet="abc", max_size=6), st.text(alphabet="abc", max_size=6))
def test_distance_is_symmetric_and_knows_one_edit(one: str, other: str) -> None:
    assert distance(one, other, 2) == distance(other, one, 2)
    assert (distance(one, other, 2) == 0) == (one == other)
    assert (other in one_edit_away(one)) == (distance(one, other, 2) == 1)
