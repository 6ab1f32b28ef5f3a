import time

import pytest

from trulybot.kit.words import Piece, counted, paragraphs, sized

NOON = 1_700_000_000  # 14 November 2023, 22:13 UTC


def test_blank_lines_part_paragraphs() -> None:
    assert [part[0].text for part in paragraphs("one\nstill one\n\n \n\ntwo\n")] == ["one\nstill one", "two"]


def test_marks_become_citations_and_addresses_links() -> None:
    [said] = paragraphs("Within 60 days. [1] See https://acorn.example/a?b=1, or write to help@acorn.example.")
    assert said[1] == Piece("citation", "1")
    assert said[3] == Piece("link", "https://acorn.example/a?b=1", "https://acorn.example/a?b=1")
    assert said[5] == Piece("link", "help@acorn.example", "mailto:help@acorn.example")
    assert "".join(piece.text for piece in (said[2], said[4], said[6])) == " See , or write to ."


@pytest.mark.parametrize("text", ["javascript:alert(1)", "[note]", "[123]", "data:text/html,x", "a@b", "http://"])
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert paragraphs(text) == [[Piece("text", text)]]


@pytest.mark.parametrize(
    "after", ["[@evil.example/", "]@evil.example/", "<@evil.example/", '"@evil.example/', " @evil.example"]
)
def test_a_link_ends_where_an_address_cannot_go_on(after: str) -> None:
    [[link, text]] = paragraphs(f"https://acorn.example{after}")
    assert (link.href, text) == ("https://acorn.example", Piece("text", after))


def test_a_page_of_letters_is_looked_through_once() -> None:
    began = time.process_time()
    paragraphs("a" * 40_000 + "@")
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(("number", "said"), [(0, "0 passages"), (1, "1 passage"), (1204, "1,204 passages")])
def test_counted(number: int, said: str) -> None:
    assert counted(number, "passage") == said


@pytest.mark.parametrize(("number", "said"), [(1, "1 byte"), (700, "700 bytes"), (12_288, "12 KB"), (2**28, "256 MB")])
def test_sized(number: int, said: str) -> None:
    assert sized(number) == said
