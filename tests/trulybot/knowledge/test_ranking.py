from hypothesis import given
from hypothesis import strategies as st

from trulybot.knowledge.ranking import NO_MATCH, Asked, match, score
from trulybot.knowledge.understanding import Term

TERMS = (Term("return", "return", 5, 2.0), Term("broken", "broken", 2, 3.0), Term("kettle", "kettl", 1, 4.0))
ASKED = Asked.by(TERMS, {"returns": "return", "returned": "return", "kettles": "kettl"})


def of(text: str, title: str = "", heading: str = "") -> float:
    return match(ASKED, title, heading, text, 100).keyword


def test_other_forms_of_a_word_count() -> None:
    assert match(ASKED, "", "", "Kettles can be returned.", 100).sentence == 6 / 9


def test_words_in_one_sentence_beat_the_same_words_apart() -> None:
    assert of("A broken kettle. You may ask.") > of("A kettle may be broken. You ask.") > of("A kettle. Broken?")


def test_title_beats_heading_beats_text() -> None:
    assert (
        match(ASKED, "kettle", "", "x", 100).bm25
        > match(ASKED, "", "kettle", "x", 100).bm25
        > match(ASKED, "", "", "kettle", 100).bm25
        > 0
    )


def test_a_rare_word_counts_more_than_a_frequent_one() -> None:
    assert of("the kettle") > of("the return")


def test_a_short_passage_beats_a_long_one_with_the_same_words() -> None:
    assert of("broken kettle") > of("broken kettle " + "and so on " * 100)


def test_nothing_asked_matches_nothing() -> None:
    assert match(Asked.by((), {}), "a", "b", "c", 100) == NO_MATCH


def test_meaning_and_words_add_up() -> None:
    assert score(0.5, 0.5) > score(0.5, 0.0) > score(0.0, 0.5) > 0


@given(st.text(alphabet="returnsbokl .\n", max_size=300), st.text(max_size=20), st.floats(1, 10_000))
def test_every_share_lies_between_0_and_1(text: str, title: str, average: float) -> None:
    found = match(ASKED, title, "", text, average)
    assert all(0 <= share <= 1 + 1e-9 for share in (found.bm25, found.sentence, found.pairs))
    assert 0 <= found.keyword <= 1 + 1e-9
