from hypothesis import given
from hypothesis import strategies as st

from trulybot.knowledge.chunking import PASSAGE_TOKENS, Section, embedded_text, passages_of


def count(text: str) -> int:
    return len(text.split())


def sentences(number: int, words: int = 12) -> str:
    return " ".join(f"Sentence {i} " + "word " * (words - 3) + "end." for i in range(number))


def test_short_section_is_one_passage() -> None:
    (passage,) = passages_of("Shop", [Section("We deliver.", ("Shipping", "Costs"))], count)
    assert (passage.title, passage.heading, passage.text) == ("Shop", "Shipping › Costs", "We deliver.")
    assert embedded_text("Shop", "", "We deliver.") == "Shop\nWe deliver."


def test_no_passage_mixes_two_headings() -> None:
    sections = [Section("One.", ("A",)), Section("Two.", ("A",)), Section("Three.", ("B",))]
    assert [(passage.heading, passage.text) for passage in passages_of("T", sections, count)] == [
        ("A", "One.\n\nTwo."),
        ("B", "Three."),
    ]


def test_row_is_never_joined_with_its_neighbours() -> None:
    rows = [Section(f"Price: {i}", stands_alone=True) for i in range(3)]
    assert [passage.text for passage in passages_of("T", rows, count)] == ["Price: 0", "Price: 1", "Price: 2"]


def test_long_section_is_cut_between_sentences_into_even_parts() -> None:
    found = list(passages_of("T", [Section(sentences(40))], count))
    sizes = [count(passage.text) for passage in found]
    assert len(found) > 1
    assert all(passage.text.startswith("Sentence") and passage.text.endswith("end.") for passage in found)
    assert min(sizes) > max(sizes) / 2


def test_paragraphs_are_kept_whole_where_they_fit() -> None:
    paragraphs = [sentences(8), sentences(8), sentences(8)]
    found = list(passages_of("T", [Section("\n\n".join(paragraphs))], count))
    assert [paragraph for passage in found for paragraph in passage.text.split("\n\n")] == paragraphs


def test_hindi_and_chinese_are_cut_between_sentences() -> None:
    for sentence, end in (("यह एक वाक्य है", "।"), ("这是一个句子", "。")):
        text = "".join(sentence + end for _ in range(200))
        found = list(passages_of("T", [Section(text)], len))
        assert len(found) > 1
        assert all(passage.text.endswith(end) for passage in found)
        assert "".join(passage.text.replace(" ", "") for passage in found) == text.replace(" ", "")


def test_title_that_repeats_as_heading_is_said_once() -> None:
    (passage,) = passages_of("Costs", [Section("Free.", ("Costs", "Abroad"))], count)
    assert passage.heading == "Abroad"


def test_monstrous_word_and_heading_are_cut() -> None:
    found = list(passages_of("t" * 5_000, [Section("x" * 50_000, ("h" * 5_000,))], lambda text: 1 if text else 0))
    assert "".join(passage.text for passage in found) == "x" * 50_000
    assert max(len(embedded_text(p.title, p.heading, p.text)) for p in found) < 10 * PASSAGE_TOKENS + 10


def test_nothing_gives_nothing() -> None:
    assert list(passages_of("T", [Section(" \n\n "), Section("")], count)) == []


@given(
    st.text(max_size=80),
    st.lists(
        st.builds(
            Section,
            st.text(alphabet="ab .!?\n。।\u00a0", max_size=3_000),
            st.lists(st.text(max_size=60), max_size=4).map(tuple),
            st.booleans(),
        ),
        max_size=5,
    ),
)
def test_every_passage_fits_and_nothing_is_lost(title: str, sections: list[Section]) -> None:
    found = list(passages_of(title, sections, count))
    for passage in found:
        assert count(passage.title) + count(passage.heading) + count(passage.text) <= PASSAGE_TOKENS
    said = "".join("".join(passage.text for passage in found).split())
    assert said == "".join("".join(section.text for section in sections).split())
