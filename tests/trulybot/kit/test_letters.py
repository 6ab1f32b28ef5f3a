from pathlib import Path

import pytest

from trulybot.kit import reader
from trulybot.kit.letters import Letters
from trulybot.kit.pages import TEMPLATES
from trulybot.kit.reader import ANYONE, Reader

HOSTILE = "<script>alert(1)</script> \r\n & “Mira”"


@pytest.fixture
def letters(tmp_path: Path) -> Letters:
    folder = tmp_path / "shared" / "mail"
    folder.mkdir(parents=True)
    (folder / "letter.html").write_text((TEMPLATES / "shared/mail/letter.html").read_text())
    (folder / "hello.txt").write_text(
        "{% block subject %}Hello {{ name }}{% endblock %}\n"
        "{% block text %}\n{{ _('Knowledge') }}: {{ name }}\n\n\n{% if more %}more{% endif %}\n\n\n"
        "https://acorn.example/?a=1&b=2\nhttps://acorn.example.eve.example/\n{% endblock %}\n"
    )
    return Letters(lambda: "Acorn & Oak", lambda: "https://acorn.example", tmp_path)


def test_a_mail_has_a_subject_a_text_and_the_same_text_as_html(letters: Letters) -> None:
    letter = letters.write("hello", ANYONE, name="Mira", more=False)
    assert letter.subject == "Hello Mira"
    assert letter.text == "Knowledge: Mira\n\nhttps://acorn.example/?a=1&b=2\nhttps://acorn.example.eve.example/\n"
    assert letter.html.count("<a ") == 1
    assert '<a href="https://acorn.example/?a=1&amp;b=2"' in letter.html and "Acorn &amp; Oak" in letter.html


def test_what_a_stranger_wrote_is_text(letters: Letters) -> None:
    letter = letters.write("hello", ANYONE, name=HOSTILE, more=False)
    assert letter.subject == "Hello <script>alert(1)</script> & “Mira”"
    assert "<script>alert(1)</script>" in letter.text
    assert "<script>" not in letter.html and "&lt;script&gt;" in letter.html


def test_it_is_in_the_language_of_whom_it_is_for(letters: Letters) -> None:
    assert "जानकारी: Mira" in letters.write("hello", Reader("hi"), name="Mira", more=True).text
    assert reader.current.get() == ANYONE
