import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trulybot.llm.quoting import Quotation, quote


@dataclass(frozen=True)
class Passage:
    title: str
    heading: str
    text: str
    score: float


RETURNS = Passage(
    "Returns",
    "Parcels",
    "Our shop opened in 1998. Anna Bell leads it. A parcel can be sent back within 30 days. "
    "It must be unopened. Refunds are paid to the card you used.",
    0.9,
)
DELIVERY = Passage("Delivery", "", "We deliver to Norway and Sweden. A parcel takes three days to arrive.", 0.5)


def quoted(question: str, *passages: Passage) -> Quotation:
    return quote(question, passages, idf=lambda word: 3.0)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("When did the shop open?", "Our shop opened in 1998."),
        ("Who leads the shop?", "Anna Bell leads it."),
        ("Within how many days can I send a parcel back?", "A parcel can be sent back within 30 days."),
        ("Which countries do you deliver to?", "We deliver to Norway and Sweden."),
    ],
)
def test_the_sentence_that_answers_is_quoted_with_its_source(question: str, sentence: str) -> None:
    quotation = quoted(question, RETURNS, DELIVERY)
    assert sentence in quotation.text
    citation = next(citation for citation in quotation.citations if sentence in citation.quote)
    assert f"[{citation.n}]" in quotation.text
    assert sentence in (RETURNS, DELIVERY)[citation.passage].text


def test_markers_are_numbered_in_reading_order() -> None:
    delivery = replace(DELIVERY, score=RETURNS.score)
    quotation = quoted("How many days does a parcel take, how many to send a parcel back?", RETURNS, delivery)
    assert [citation.n for citation in quotation.citations] == list(range(1, len(quotation.citations) + 1))
    assert quotation.text.index("[1]") < quotation.text.index("[2]")


def test_skipped_text_is_marked_and_order_kept() -> None:
    passage = Passage("", "", "Zebras eat grass. Nothing here. Nobody cares. Zebras drink water.", 0.9)
    quotation = quoted("What do zebras eat and what do zebras drink?", passage)
    assert quotation.text == "Zebras eat grass. … Zebras drink water. [1]"
    assert quotation.citations[0].quote == "Zebras eat grass. … Zebras drink water."


def test_the_same_sentence_is_not_said_twice() -> None:
    copy = Passage("Copy", "", RETURNS.text, 0.85)
    quotation = quoted("Within how many days can I send a parcel back?", RETURNS, copy)
    assert quotation.text.count("within 30 days") == 1


def test_a_list_comes_with_the_line_that_introduces_it() -> None:
    passage = Passage(
        "", "", "Hello there.\nTo close your account:\n- open Settings\n- choose Close\n\nGoodbye now.", 0.9
    )
    quotation = quoted("How do I close my account?", passage)
    assert quotation.text == "To close your account:\n- open Settings\n- choose Close [1]"


def test_an_item_is_quoted_below_the_line_that_introduces_it() -> None:
    passage = Passage("", "", "These cards are taken:\n- Visa\n- Maestro, but only in Ghent\n- Amex", 0.9)
    text = quoted("Where is Maestro taken?", passage).text
    assert text.startswith("These cards are taken:\n")
    assert "\n- Maestro, but only in Ghent" in text
    assert "Amex" not in text


def test_a_pronoun_brings_the_sentence_it_speaks_of() -> None:
    passage = Passage("", "", "Anna Bell founded the shop. She sold bicycles before that. Rent is due monthly.", 0.9)
    assert quoted("Who sold bicycles?", passage).text.startswith("Anna Bell founded the shop. She sold bicycles")


def test_a_short_answer_to_this_very_question_is_quoted_whole() -> None:
    answer = "Yes, within limits. Ask us first. We then send a label."
    pair = Passage("Can I return a parcel?", "", answer, 0.9)
    assert quoted("May a parcel be returned?", pair, DELIVERY).citations[0].quote == answer


def test_an_explanation_goes_on_for_a_sentence() -> None:
    text = "Orders are cheap. Parcels are packed by hand. So glass does not break.\n\nWe ship daily."
    assert quoted("Why are parcels packed by hand?", Passage("", "", text, 0.9)).text == (
        "Parcels are packed by hand. So glass does not break. [1]"
    )


def test_an_item_that_stands_alone_loses_its_bullet() -> None:
    passage = Passage("", "", "- Parcels go out on Mondays.\n- Letters cost one euro each.", 0.9)
    assert quoted("On which days do parcels go out?", passage).text == "Parcels go out on Mondays. [1]"


def test_lines_of_code_stay_lines() -> None:
    passage = Passage("", "", "Install it with pip:\n\npip install acme --user\nacme login(now)\n\nThat is all.", 0.9)
    assert quoted("How do I install it?", passage).text == (
        "Install it with pip:\npip install acme --user\nacme login(now)\n[1]"
    )


def test_an_announcement_of_nothing_is_not_quoted() -> None:
    passage = Passage("", "", "Parcels go out daily. Our parcels are:", 0.9)
    assert quoted("What are our parcels?", passage).text == "Parcels go out daily. [1]"


def test_a_row_is_quoted_as_it_stands() -> None:
    row = Passage("prices.csv", "", "Plan: Small · Price: 9 € a month. Or less. · Users: 3", 0.9)
    assert quoted("What is the price of the small plan?", row).text == f"{row.text} [1]"


def test_a_heading_is_never_the_answer() -> None:
    passage = Passage("", "", "# How do refunds work?\nRefunds are paid to your card.", 0.9)
    assert quoted("How do refunds work?", passage).text == "Refunds are paid to your card. [1]"


def test_a_reference_of_the_source_cannot_be_taken_for_ours() -> None:
    passage = Passage("", "", "The tower was finished in 1889.[2] It stands.", 0.9)
    quotation = quoted("When was the tower finished?", passage)
    assert quotation.text == "The tower was finished in 1889. [1]"
    assert quotation.citations[0].quote == "The tower was finished in 1889.[2]"


def test_nothing_is_quoted_from_nothing() -> None:
    assert quoted("Anything?") == Quotation("", ())
    assert quoted("", RETURNS).citations
    assert quoted("Anything?", Passage("", "", " \n. . .", 0.9)) == Quotation("", ())


@given(st.text(max_size=60), st.lists(st.text(max_size=200), max_size=3))
def test_every_quote_stands_in_its_passage(question: str, passages: Sequence[str]) -> None:
    for citation in quoted(question, *(Passage("T", "", text, 0.5) for text in passages)).citations:
        assert all(part in passages[citation.passage] for part in citation.quote.split(" … "))


@pytest.mark.parametrize("repeated", [".", "a ", "A. ", "- ", '"', "[1]", "x", "\n", "```\n", "A: b · ", "。", "1.) "])
def test_hostile_text_costs_no_more_than_in_proportion(repeated: str) -> None:
    def seconds(characters: int) -> float:
        passage = Passage("", "", repeated * (characters // len(repeated)), 0.9)
        start = time.process_time()
        quoted("What is a. b?", passage)
        return time.process_time() - start

    assert min(seconds(80_000) for _ in range(3)) < 40 * max(min(seconds(8_000) for _ in range(3)), 0.001)
