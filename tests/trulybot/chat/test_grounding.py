import pytest

from tests.trulybot.chat.passages import PASSAGES
from trulybot.chat.grounding import Source, is_from, is_supported, nearest, quote_for, sentences_in, unsupported_in

SOURCES = [Source(passage, "https://acorn.example/help/") for passage in PASSAGES]


@pytest.mark.parametrize(
    "sentence",
    [
        "Unused goods can be returned within 30 days [1].",
        "Delivery to Belgium takes 2 days.",
        "A parcel of 1000 grams costs 4.95 euros.",
        "Yes.",
        "You’re welcome!",
    ],
)
def test_what_a_passage_says_is_supported(sentence: str) -> None:
    assert is_supported(sentence, SOURCES)


@pytest.mark.parametrize(
    "sentence",
    [
        "Unused goods can be returned within 60 days [1].",
        "Delivery to Belgium takes three days.",
        "Our founder collects antique porcelain squirrels.",
        "It is 7.",
    ],
)
def test_another_number_or_other_words_are_not(sentence: str) -> None:
    assert not is_supported(sentence, SOURCES)


def test_a_citation_belongs_to_the_sentence_before_it() -> None:
    assert sentences_in("It takes two days. [2] Return it. [1][2]") == ["It takes two days.[2]", "Return it.[1][2]"]


def test_unsupported_sentences_are_named() -> None:
    said = "Delivery to Belgium takes two days [2]. Squirrels juggle golden statues. [1]"
    assert unsupported_in(said, SOURCES) == ["Squirrels juggle golden statues.[1]"]


@pytest.mark.parametrize("address", ["https://acorn.example/r", "https://acorn.example/help", "HELP@acorn.example"])
def test_addresses_are_from_a_passage_or_its_page(address: str) -> None:
    assert is_from(address, SOURCES)
    assert not is_from(f"x{address}", SOURCES)


def test_the_nearest_source_has_most_of_the_words() -> None:
    assert nearest("Delivery to Belgium takes two days.", SOURCES) == 1
    assert nearest("Squirrels juggle golden statues.", SOURCES) is None


def test_a_quote_stands_word_for_word_in_its_source() -> None:
    assert quote_for("The parcel costs 4.95 [1].", SOURCES[1]) == "A parcel of 1,000 grams costs 4.95 euros."
