from pathlib import Path

import pytest

from tests.trulybot.knowledge.reading import files
from trulybot.knowledge.reading.document import ReadingFailed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "price_list.csv"


def rows(path: Path, content: str) -> list[str]:
    path.write_bytes(content.encode())
    return [passage.text for passage in files.passages(path)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_row_is_a_passage_that_names_its_columns(path: Path, delimiter: str) -> None:
    content = "Name,Price,Colour\nApple,3,red\nPear,4,\n".replace(",", delimiter)
    assert rows(path, content) == ["Name: Apple · Price: 3 · Colour: red", "Name: Pear · Price: 4"]


def test_a_table_without_header_keeps_its_first_row(path: Path) -> None:
    assert rows(path, "Apple,3.50\nPear,4.20\n") == ["Apple · 3.50", "Pear · 4.20"]


def test_a_cell_may_hold_quotes_delimiters_and_lines(path: Path) -> None:
    assert rows(path, 'Name,Text\nApple,"red, round\nand ""sweet"""\n') == [
        'Name: Apple · Text: red, round\nand "sweet"'
    ]


def test_a_row_longer_than_its_header_loses_nothing(path: Path) -> None:
    assert rows(path, "Name,Price\nApple,3,red\nPear,4,green\n")[0] == "Name: Apple · Price: 3 · red"


def test_a_decimal_comma_does_not_beat_the_semicolon(path: Path) -> None:
    assert (
        rows(path, "Name;Price;Sale\nApple;3,50;2,50\nPear;4,20;3,20\n")[0] == "Name: Apple · Price: 3,50 · Sale: 2,50"
    )


def test_rows_in_sixteen_bit_letters_are_read(path: Path) -> None:
    path.write_bytes("Name\tPrice\r\nÄpfel\t3\r\n".encode("utf-16"))
    assert files.text(path) == "Name: Äpfel · Price: 3"


def test_empty_rows_are_left_out(path: Path) -> None:
    assert rows(path, "Name,Price\n,\n\nApple,3\n , \n") == ["Name: Apple · Price: 3"]


def test_a_cell_longer_than_a_passage_is_several(path: Path) -> None:
    found = rows(path, "Name,Text\nApple," + "It is round and red. " * 200 + "\nPear,green\n")
    assert len(found) > 3
    assert found[-1] == "Name: Pear · Text: green"


def test_a_quotation_mark_that_is_never_closed_is_told_with_its_line(path: Path) -> None:
    good = "Name,Price\n" + f"Apple,{'3' * 100}\n" * 12_000
    assert len(rows(path, good)) == 12_000
    with pytest.raises(ReadingFailed, match="quotation mark"):
        rows(path, good.replace("Apple", '"Apple', 1))


def test_a_line_of_fifty_megabytes_is_refused(path: Path) -> None:
    path.write_bytes(b"a,b\n" + b"x," * (25 * 1024 * 1024))
    with pytest.raises(ReadingFailed, match="one row a line"):
        files.passages(path)


def test_progress_goes_from_nothing_to_all(path: Path) -> None:
    path.write_text("Name,Price\n" + "Apple,3\n" * 50_000)
    progress = [batch.progress for batch in files.batches(path)]
    assert progress == sorted(progress)
    assert 0 < progress[0] < 0.5
    assert progress[-1] == 1
