"""Spreadsheets, row by row; the sheet's name is the heading."""

import datetime
import warnings
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from trulybot.knowledge.chunking import Section
from trulybot.knowledge.reading.archive import checked
from trulybot.knowledge.reading.document import Document, Limits
from trulybot.knowledge.reading.rows import header_of, row_text

# Excel's own limits are 1,048,576 rows and 16,384 columns; a cell may claim to be anywhere.
MOST_ROWS = 1_048_576
MOST_COLUMNS = 256


class _Position:
    def __init__(self, sheets: int) -> None:
        self.sheets = max(1, sheets)
        self.sheet = 0
        self.row = 0
        self.rows = MOST_ROWS

    def share(self) -> float:
        return min(1.0, (self.sheet + min(1.0, self.row / max(1, self.rows))) / self.sheets)


def read(path: Path, limits: Limits) -> Document:
    checked(path, limits, whole=("xl/sharedStrings", "xl/styles", "xl/workbook"))
    file = path.open("rb")  # given a path, the library looks at the name
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features of Excel that hold no text
            workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except BaseException:
        file.close()
        raise
    position = _Position(len(workbook.worksheets))
    return Document("", _sections(workbook, position), position.share, file.close)


def _sections(workbook: Any, position: _Position) -> Iterator[Section]:
    for number, sheet in enumerate(workbook.worksheets):
        position.sheet = number
        yield from _sheet_sections(sheet, position)


def _sheet_sections(sheet: Any, position: _Position) -> Iterator[Section]:
    if sheet.sheet_state != "visible":
        return
    position.rows = min(sheet.max_row or MOST_ROWS, MOST_ROWS)
    sheet.reset_dimensions()  # what the sheet says of its size may be wrong
    rows = _rows(sheet, position)
    first = list(islice(rows, 2))
    header = header_of(first)
    for row in chain(first[1:] if header else first, rows):
        yield Section(row_text(header, row), (sheet.title,), stands_alone=True)


def _rows(sheet: Any, position: _Position) -> Iterator[list[str]]:
    cells_of_rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
    for number, cells in enumerate(cells_of_rows, start=1):
        position.row = number
        if cells.count(None) < len(cells):
            filled = [at for at, cell in enumerate(cells) if cell is not None]
            yield [_text(cell) for cell in cells[: filled[-1] + 1]]


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case float():
            return f"{value:.10g}"
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.datetime():
            return value.isoformat(" ", "minutes")
        case _:
            return str(value)
