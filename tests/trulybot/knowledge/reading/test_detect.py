from pathlib import Path

import pytest

from tests.trulybot.knowledge.reading import files
from trulybot.knowledge.reading.detect import EMPTY
from trulybot.knowledge.reading.document import ReadingFailed

PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(200)
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"


def kind(tmp_path: Path, name: str, content: bytes) -> str:
    path = tmp_path / name
    path.write_bytes(content)
    return files.kind(path)


def sentence(tmp_path: Path, name: str, content: bytes) -> str:
    with pytest.raises(ReadingFailed) as failed:
        kind(tmp_path, name, content)
    return str(failed.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (files.pdf("Hello"), "pdf"),
        (b"\n\n" + files.pdf("Hello"), "pdf"),
        (files.docx(("Normal", "Hello")), "docx"),
        (files.xlsx({"Prices": [["a", 1]]}), "xlsx"),
        (b"<!DOCTYPE html><p>Hello</p>", "html"),
        (b"\xef\xbb\xbf<!-- made by hand -->\n<html><body>Hello</body></html>", "html"),
        (b"# Title\n\n## Part\n\nHello", "markdown"),
        (b"name,price\nApple,3\nPear,4\n", "csv"),
        (b"name;price\nApple;3,50\nPear;4,20\n", "csv"),
        (b"Hello, you.\nHow are you?\n", "text"),
        ("Grüße aus Köln, und schöne Feiertage".encode("cp1252"), "text"),
        ("Hello in sixteen bits".encode("utf-16"), "text"),
        (b'{"question": "Why?"}', "text"),
    ],
)
@pytest.mark.parametrize("name", ["upload", "upload.exe", "upload.pdf"])
def test_content_decides_whatever_the_name_says(tmp_path: Path, content: bytes, expected: str, name: str) -> None:
    assert kind(tmp_path, name, content) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("a.md", "markdown"), ("a.txt", "text"), ("a.csv", "csv"), ("a.html", "html")]
)
def test_the_name_decides_between_kinds_of_plain_text(tmp_path: Path, name: str, expected: str) -> None:
    assert kind(tmp_path, name, b"One, two <b>three</b>\nFour, five six\n") == expected


@pytest.mark.parametrize("name", ["report.pdf", "report.txt", "report.docx", "report.csv"])
def test_a_program_is_refused_under_any_name(tmp_path: Path, name: str) -> None:
    assert "This looks like a Windows program" in sentence(tmp_path, name, PROGRAM)


def test_a_picture_is_called_one(tmp_path: Path) -> None:
    assert ".png" in sentence(tmp_path, "scan.pdf", PICTURE)


@pytest.mark.parametrize("content", [b"", b"   \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_called_empty(tmp_path: Path, content: bytes) -> None:
    assert sentence(tmp_path, "a.txt", content) == EMPTY


@pytest.mark.parametrize("content", [bytes(100_000), b"text" + bytes(100_000), bytes(range(256)) * 50])
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, content: bytes) -> None:
    assert "not a document" in sentence(tmp_path, "a.txt", content)


def test_old_and_locked_office_files_are_told_what_to_do(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert ".docx" in sentence(tmp_path, "letter.docx", ole)
    assert ".docx" in sentence(tmp_path, "letter.txt", rb"{\rtf1\ansi Hello}")


def test_an_archive_of_other_things_is_refused(tmp_path: Path) -> None:
    assert "archive" in sentence(tmp_path, "a.docx", files.archive({"readme.txt": "hello"}))


def test_a_truncated_office_file_is_called_damaged(tmp_path: Path) -> None:
    whole = files.docx(("Normal", "Hello"))
    assert kind(tmp_path, "a.docx", whole) == "docx"
    assert "damaged" in sentence(tmp_path, "a.docx", whole[: len(whole) // 2])
