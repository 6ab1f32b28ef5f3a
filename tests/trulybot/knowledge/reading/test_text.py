import codecs
from pathlib import Path

import pytest

from tests.trulybot.knowledge.reading import files
from trulybot.knowledge.reading.document import Limits, ReadingFailed

SENTENCE = "Große Köpfe mögen Süßes – für 5 €."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(SENTENCE.encode(encoding))
    assert files.text(path) == SENTENCE


def test_a_letter_far_behind_the_beginning_decides_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"Plain words. " * 100_000 + SENTENCE.encode("cp1252"))
    assert "Süßes" in files.text(path)


def test_a_few_damaged_bytes_do_not_change_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes((SENTENCE + "\n").encode() * 100 + b"\xc3")
    assert SENTENCE in files.text(path)


def test_paragraphs_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\r\n\r\n".join(f"Paragraph {number} has a few words." for number in range(3_000)), newline="")
    found = files.passages(path)
    assert len(found) > 10
    assert all(passage.text.startswith("Paragraph") and passage.text.endswith("words.") for passage in found)
    assert sum(passage.text.count("Paragraph") for passage in found) == 3_000


def test_a_line_of_fifty_megabytes_is_cut_at_words(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("w") as file:
        for _ in range(50):
            file.write("word " * (1024 * 1024 // 5))
    limits = Limits(characters=1_000_000)
    with pytest.raises(ReadingFailed, match="Split it"):
        files.passages(path, limits)
    with files.opened(path) as reading:
        batch = reading.next_batch()
    assert {word for passage in batch.passages for word in passage.text.split()} == {"word"}
    assert 0 < batch.progress < 0.1


def test_control_characters_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Press\x07 the \ufeffred button" + " and wait" * 50)
    assert files.text(path).startswith("Press the red button")


def test_pasted_text_is_text_whatever_it_looks_like(tmp_path: Path) -> None:
    path = tmp_path / "pasted"
    path.write_text("<html> is a tag, # is a mark\nand, so, on\nand, so, on")
    assert files.passages(path, title="Notes", wanted="text")[0].text.startswith("<html>")


def test_pasted_markdown_is_markdown(tmp_path: Path) -> None:
    path = tmp_path / "pasted"
    path.write_text("# Guide\n\n## Pay\n\nBy card.")
    assert files.passages(path, title="Notes", wanted="text")[0].heading == "Guide › Pay"


def test_the_title_is_the_owners_or_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "opening_hours.txt"
    path.write_text("From nine to five.")
    assert files.passages(path)[0].title == "opening hours"
    assert files.passages(path, title="When")[0].title == "When"


def test_a_file_larger_than_allowed_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(codecs.BOM_UTF8 + b"x" * 3_000_000)
    with pytest.raises(ReadingFailed, match="3 MB; the most that is read is 2 MB"):
        files.passages(path, Limits(file_bytes=2 * 1024 * 1024))
