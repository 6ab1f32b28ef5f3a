import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trulybot.kit.spreadsheets import guarded, row, unguarded

CALCULATED = ["=1+1", "+44 20", "-1", "@SUM(A1)", "\t1", "\r1", "\n1", "＝1+1", "＋1", "－1", "＠A", "'=1", "''"]


@pytest.mark.parametrize("cell", CALCULATED)
def test_a_cell_that_would_be_calculated_begins_with_an_apostrophe(cell: str) -> None:
    assert guarded(cell) == "'" + cell


@pytest.mark.parametrize("separator", [";", "\t", "\r", "\n"])
@pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@A", "＝1", "'=1", '"=1', '""=1'])
def test_what_another_country_takes_for_a_cell_begins_with_an_apostrophe(separator: str, begin: str) -> None:
    assert guarded(f"a{separator}{begin}") == f"a{separator}'{begin}"


@pytest.mark.parametrize("cell", ["", "Mira", "1+1", "a=b", " =1", "3", "a; b", "a\n\nb", "a,=1", 'a;"b"'])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell


@given(st.text(alphabet="'=+-@\t\r\nab＝;\""))
def test_what_is_guarded_is_read_back(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@given(st.lists(st.text(alphabet="\",;='\r\na ")))
def test_a_row_is_one_record_of_its_cells(cells: list[str]) -> None:
    (read,) = csv.reader(StringIO(row(["x", *cells]), newline=""))
    assert read == ["x", *map(guarded, cells)]
