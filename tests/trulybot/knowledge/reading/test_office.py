import datetime
import io
import os
import zipfile
from pathlib import Path

import pytest

from tests.trulybot.knowledge.reading import files
from trulybot.kit.words import MEGABYTE
from trulybot.knowledge.reading.document import Limits, ReadingFailed

LAUGHS = "<!DOCTYPE lolz [" + '<!ENTITY a "ha">' + '<!ENTITY b "&a;&a;&a;&a;">' + "]>"


def test_a_word_document_is_read_under_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "guide.docx"
    path.write_bytes(
        files.docx(("Heading1", "Guide"), ("Normal", "Hello."), ("Heading2", "Pay"), ("Normal", "By card."))
    )
    assert [(found.title, found.heading, found.text) for found in files.passages(path)] == [
        ("Guide", "", "Hello."),
        ("Guide", "Pay", "By card."),
    ]


def test_a_word_table_is_read(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in cells) + "</w:tr>"

    path = tmp_path / "prices.docx"
    path.write_bytes(files.docx(extra=f"<w:tbl>{row('Plan', 'Price')}{row('Pro', '5 €')}</w:tbl>"))
    assert files.text(path) == "Plan · Price\nPro · 5 €"


def test_a_spreadsheets_row_is_a_passage_under_its_sheets_name(tmp_path: Path) -> None:
    path = tmp_path / "shop.xlsx"
    day = datetime.datetime(2026, 5, 1)
    prices: list[list[object]] = [
        ["Name", "Price", "Since", "Sold out"],
        ["Apple", 3.0, day, False],
        ["Pear", 4.25, None, True],
    ]
    path.write_bytes(files.xlsx({"Prices": prices, "Empty": [], "Notes": [["only words"]]}))
    assert [(found.heading, found.text) for found in files.passages(path)] == [
        ("Prices", "Name: Apple · Price: 3 · Since: 2026-05-01 · Sold out: no"),
        ("Prices", "Name: Pear · Price: 4.25 · Sold out: yes"),
        ("Notes", "only words"),
    ]


@pytest.mark.parametrize("reference", ["XFD3", "A100000", "A99999999999"])
def test_a_cell_may_claim_to_be_anywhere(tmp_path: Path, reference: str) -> None:
    path = tmp_path / "sparse.xlsx"
    path.write_bytes(rewritten(files.xlsx({"S": [["a"], ["b"], ["here"]]}), b'r="A3"', f'r="{reference}"'.encode()))
    assert files.passages(path)[0].text in ("a", "a: b")


def rewritten(workbook: bytes, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert isinstance(sheet, bytes) and old in sheet
    row = new.split(b'"')[1].lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(old, new).replace(b'<row r="3"', b'<row r="' + row + b'"')
    return files.archive(parts)


@pytest.mark.parametrize("style", ["docx", "xlsx"])
def test_a_bomb_is_refused_before_it_unpacks(tmp_path: Path, style: str) -> None:
    path = tmp_path / f"bomb.{style}"
    name = "word/document.xml" if style == "docx" else "xl/workbook.xml"
    path.write_bytes(files.archive({"[Content_Types].xml": "", name: b"<x/>" + b" " * (80 * MEGABYTE)}))
    assert path.stat().st_size < MEGABYTE
    with pytest.raises(ReadingFailed, match="far larger than it looks"):
        files.passages(path)


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    size = 64 * MEGABYTE
    content = files.archive({"word/document.xml": b" " * size})
    path.write_bytes(content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    with pytest.raises(ReadingFailed):
        files.passages(path)


def test_more_parts_than_any_document_has_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.docx"
    path.write_bytes(files.archive({"word/document.xml": "<x/>", **{f"{number}.xml": "" for number in range(20_000)}}))
    with pytest.raises(ReadingFailed, match="far larger than it looks"):
        files.passages(path)


def test_a_billion_laughs_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "laughs.docx"
    path.write_bytes(files.docx(("Normal", "Hello."), declaration=""))
    assert files.text(path) == "Hello."
    path.write_bytes(files.docx(("Normal", "&b;"), declaration=LAUGHS))
    with pytest.raises(ReadingFailed, match="declarations"):
        files.passages(path)


def test_a_declaration_in_other_letters_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "laughs.docx"
    path.write_bytes(
        files.archive({"word/document.xml": f'<?xml version="1.0" encoding="utf-16"?>{LAUGHS}'.encode("utf-16")})
    )
    with pytest.raises(ReadingFailed):
        files.passages(path)


def test_a_part_by_another_name_is_looked_at_too(tmp_path: Path) -> None:
    path = tmp_path / "laughs.docx"
    path.write_bytes(
        files.archive({"word/document.xml": "<x/>", "word/other.bin": f"<?xml version='1.0'?>{LAUGHS}<x/>"})
    )
    with pytest.raises(ReadingFailed, match="declarations"):
        files.passages(path)


def test_pictures_are_neither_counted_nor_read(tmp_path: Path) -> None:
    path = tmp_path / "album.docx"
    with zipfile.ZipFile(io.BytesIO(files.docx(("Normal", "Hello.")))) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    path.write_bytes(files.archive({**parts, "word/media/image1.png": os.urandom(2 * MEGABYTE)}))
    assert files.passages(path, Limits(whole_bytes=MEGABYTE))[0].text == "Hello."


def test_a_document_larger_than_memory_allows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.docx"
    path.write_bytes(files.docx(*[("Normal", "Some words. " * 1_000) for _ in range(100)]))
    assert files.passages(path)
    with pytest.raises(ReadingFailed, match="1 MB of text in one part"):
        files.passages(path, Limits(whole_bytes=MEGABYTE))
