import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from tests.trulybot.knowledge.reading import files
from trulybot.knowledge.reading.document import Limits, ReadingFailed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "manual.pdf"


def test_pages_are_read_in_order(path: Path) -> None:
    path.write_bytes(files.pdf("The first page.", "The second page, with (brackets) and ümlauts."))
    assert files.text(path) == "The first page.\n\nThe second page, with (brackets) and ümlauts."


def test_lines_of_the_paper_become_sentences_again(path: Path) -> None:
    path.write_bytes(
        files.pdf("A sentence that goes on\nfor more than one line and is hyphen-\nated too.\nAnother one.")
    )
    assert files.text(path) == "A sentence that goes on for more than one line and is hyphenated too.\nAnother one."


def test_what_every_page_repeats_is_left_out(path: Path) -> None:
    steps = [
        f"Step {letter}.\nTake part {letter}.\nTurn it.\nPress {letter} gently.\nDone." for letter in "abcdefghijkl"
    ]
    path.write_bytes(files.pdf(*(f"Manual of the machine\n{step}\nPage {n} of 12" for n, step in enumerate(steps))))
    text = files.text(path)
    assert all(line in text for step in steps for line in step.splitlines()[:-1])
    assert "Manual of the machine" not in text and "of 12" not in text


def test_bookmarks_are_headings(path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(files.pdf("One.", "Two.", "Three."))))
    chapter = writer.add_outline_item(title="Chapter", page_number=1)
    writer.add_outline_item(title="Part", page_number=2, parent=chapter)
    writer.add_metadata({"/Title": "The manual"})
    writer.write(path)
    writer.close()
    assert [(found.title, found.heading, found.text) for found in files.passages(path)] == [
        ("The manual", "", "One."),
        ("The manual", "Chapter", "Two."),
        ("The manual", "Chapter › Part", "Three."),
    ]


def test_a_page_is_cut_where_its_bookmarks_stand(path: Path) -> None:
    page = "The end of one part.\n2.1 Paying\nBy card.\n2.2 Sending\nBy post."
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(files.pdf(page))))
    for title in ("Paying", "Sending"):
        writer.add_outline_item(title=title, page_number=0)
    writer.write(path)
    writer.close()
    assert [(found.heading, found.text) for found in files.passages(path)] == [
        ("", "The end of one part."),
        ("Paying", "By card."),
        ("Sending", "By post."),
    ]


def test_a_password_is_told(path: Path) -> None:
    path.write_bytes(files.encrypted(files.pdf("Secret."), password=""))
    assert files.text(path) == "Secret."
    path.write_bytes(files.encrypted(files.pdf("Secret."), password="pass"))
    with pytest.raises(ReadingFailed, match="Remove the password"):
        files.passages(path)


def test_pictures_of_text_are_told(path: Path) -> None:
    path.write_bytes(files.pdf("", ""))
    with pytest.raises(ReadingFailed, match="OCR"):
        files.passages(path)


def test_too_many_pages_are_refused(path: Path) -> None:
    path.write_bytes(files.pdf(*["Page."] * 30))
    assert files.passages(path, Limits(pages=30))
    with pytest.raises(ReadingFailed, match="30 pages"):
        files.passages(path, Limits(pages=29))


def test_a_claim_of_a_hundred_thousand_pages_is_refused_uncounted(path: Path) -> None:
    path.write_bytes(files.pdf("Page.").replace(b"/Count 1", b"/Count 100000"))
    with pytest.raises(ReadingFailed, match="100,000 pages"):
        files.passages(path)


def test_a_claim_of_fewer_pages_is_not_believed(path: Path) -> None:
    path.write_bytes(files.pdf(*["Page."] * 30).replace(b"/Count 30", b"/Count 3"))
    with pytest.raises(ReadingFailed, match="30 pages"):
        files.passages(path, Limits(pages=29))


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[:300],
        lambda whole: b"%PDF-1.4\n" + bytes(range(256)) * 20,
        lambda whole: whole.replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"),  # a tree that holds itself
        lambda whole: whole.replace(b"/Pages 2 0 R", b"/Pages 1 0 R"),
        lambda whole: whole.replace(b"/Contents 5 0 R", b"/Contents 4 0 R"),
    ],
)
def test_a_damaged_file_is_a_sentence(path: Path, damage: "Damage") -> None:
    whole = files.pdf("Page.")
    path.write_bytes(whole)
    assert files.text(path) == "Page."
    path.write_bytes(damage(whole))
    with pytest.raises(ReadingFailed):
        files.passages(path)


class Damage:
    def __call__(self, whole: bytes) -> bytes: ...  # type: ignore[empty-body]
