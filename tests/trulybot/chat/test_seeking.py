import pytest

from trulybot.chat.seeking import AROUND, MOST_WORDS, excerpt, words_in


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ()),
        ("  refund   order ", ("refund", "order")),
        ("e-mail", ("e-mail",)),
        ("!!! ??? -- * ( ) \" '", ()),
        ("__ _", ()),
        ("a\0b", ("a", "b")),
        ("धनवापसी", ("धनवापसी",)),
    ],
)
def test_what_says_nothing_is_no_word(typed: str, words: tuple[str, ...]) -> None:
    assert words_in(typed) == words


def test_no_more_words_are_sought_than_anybody_needs() -> None:
    assert len(words_in("word " * 100)) == MOST_WORDS
    assert len(words_in("w" * 10_000)[0]) < 100


def test_the_excerpt_stands_around_the_first_word_that_was_found() -> None:
    said = "begin " * 100 + "Wombats are\nkept here " + "end " * 100
    shown = excerpt(said, ("kept", "wombats"))
    assert "Wombats are kept here" in shown
    assert shown.startswith("…") and shown.endswith("…")
    assert len(shown) <= 3 * AROUND + 2


def test_without_the_word_as_it_was_typed_the_excerpt_is_the_beginning() -> None:
    assert excerpt("Crème brûlée", ("creme",)) == "Crème brûlée"
