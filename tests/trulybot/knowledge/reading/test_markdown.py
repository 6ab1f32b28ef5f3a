from pathlib import Path

import pytest

from tests.trulybot.knowledge.reading import files
from trulybot.knowledge.reading import markdown
from trulybot.knowledge.reading.wire import Passage


@pytest.fixture
def read(tmp_path: Path) -> "Read":
    return Read(tmp_path / "a.md")


class Read:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, content: str) -> list[Passage]:
        self.path.write_text(content)
        return files.passages(self.path)


def test_text_stands_under_its_headings(read: Read) -> None:
    found = read("# Guide\n\nIntro.\n\n## Install\n\nRun it.\n\n### Linux\n\nApt.\n\n## Use\n\nClick.\n")
    assert [(passage.heading, passage.text) for passage in found] == [
        ("", "Intro."),
        ("Install", "Run it."),
        ("Install › Linux", "Apt."),
        ("Use", "Click."),
    ]
    assert {passage.title for passage in found} == {"Guide"}


def test_marks_are_not_text(read: Read) -> None:
    (passage,) = read("# **The** `guide`\n\nSome *very* [good](http://x.y) `code` ![a cat](cat.png) &amp; <br>more.")
    assert passage.title == "The guide"
    assert passage.text == "Some very good code a cat & \nmore."


def test_front_matter_names_the_document_and_is_not_text(read: Read) -> None:
    (passage,) = read('---\ntitle: "Opening hours"\ntags: [a, b]\n---\n\nFrom nine.')
    assert (passage.title, passage.text) == ("Opening hours", "From nine.")


def test_a_rule_at_the_beginning_is_no_front_matter(read: Read) -> None:
    assert "Kept." in read("---\n\nKept.\n\n---\n\nAlso.")[0].text


def test_list_items_are_lines_of_one_paragraph(read: Read) -> None:
    (passage,) = read("You need:\n\n- a cup\n- tea\n  1. black\n  2. green\n\nThen wait.")
    assert passage.text == "You need:\n\n- a cup\n- tea\n- black\n- green\n\nThen wait."


def test_a_tables_row_names_its_columns(read: Read) -> None:
    (passage,) = read("| Plan | Price |\n|---|---|\n| Pro | 5 € |\n| Free |  |\n")
    assert passage.text == "Plan: Pro · Price: 5 €\nPlan: Free"


def test_code_keeps_its_lines_and_its_hashes(read: Read) -> None:
    (passage,) = read("# Use\n\n```sh\n# no heading\nmake  it\n```\n")
    assert passage.text == "# no heading\nmake  it"


def test_html_in_markdown_loses_its_tags(read: Read) -> None:
    (passage,) = read("<p align=center>\n  <img src=x> Hello &lt;you&gt;\n</p>\n")
    assert passage.text == "Hello <you>"


def test_a_long_document_is_parsed_in_parts_without_losing_its_headings(read: Read) -> None:
    chapter = "## Chapter {}\n\n" + "Some words of it. " * 50 + "\n\n"
    found = read("# Book\n\n" + "".join(chapter.format(number) for number in range(markdown.PART // 200)))
    headings = [passage.heading for passage in found]
    assert sorted(set(headings)) == sorted({f"Chapter {number}" for number in range(markdown.PART // 200)})


def test_deep_nesting_is_harmless(read: Read) -> None:
    assert read("# Deep\n\nHello.\n\n" + ">" * 5_000 + " quoted\n\n" + "[" * 5_000 + "\n")[0].text.startswith("Hello.")
