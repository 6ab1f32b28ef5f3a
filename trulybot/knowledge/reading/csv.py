"""Comma-separated values, row by row, whatever the commas are."""

import csv
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from trulybot.kit.texts import with_values
from trulybot.kit.words import MEGABYTE
from trulybot.knowledge.chunking import Section
from trulybot.knowledge.reading.document import Document, Limits, ReadingFailed
from trulybot.knowledge.reading.encoding import opened, sample_of
from trulybot.knowledge.reading.rows import header_of, row_text

DELIMITERS = ",;\t|"
SAMPLE_ROWS = 30
LONGEST_LINE = MEGABYTE


def read(path: Path, limits: Limits) -> Document:
    delimiter = delimiter_of(sample_of(path)) or ","
    text, progress = opened(path)
    return Document("", _sections(text, delimiter), progress, text.close)


def rows(text: TextIO, delimiter: str) -> Iterator[list[str]]:
    """Every row that is not empty; raises ReadingFailed where a quotation mark is never closed."""
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(_lines(text), delimiter=delimiter, skipinitialspace=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error as error:
        raise ReadingFailed(
            with_values(
                "This table cannot be read near line %(number)s: a cell is larger than 1 MB, most likely because a "
                "quotation mark is never closed. Repair that line and upload the file again.",
                number=reader.line_num,
            )
        ) from error


def delimiter_of(sample: str, least_agreeing: float = 0.6) -> str | None:
    """The character that splits the rows into most columns; None if too small a share of rows have the same number."""
    best, best_score = None, 0.0
    for delimiter in DELIMITERS:
        widths = _widths(sample, delimiter)
        usual = max(set(widths), key=widths.count, default=1)
        agreeing = widths.count(usual) / len(widths) if widths else 0.0
        score = agreeing * min(usual, 10) ** 0.5
        if usual > 1 and len(widths) > 1 and agreeing >= least_agreeing and score > best_score:
            best, best_score = delimiter, score
    return best


def _sections(text: TextIO, delimiter: str) -> Iterator[Section]:
    all_rows = rows(text, delimiter)
    first = list(islice(all_rows, 2))
    header = header_of(first)
    for row in chain(first[1:] if header else first, all_rows):
        yield Section(row_text(header, row), stands_alone=True)


def _lines(text: TextIO) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise ReadingFailed(
                "A line of this table is longer than 1 MB, so it is probably not one row. "
                "Save the table again as CSV with one row a line and upload it."
            )
        yield line.replace("\0", "")


def _widths(sample: str, delimiter: str) -> list[int]:
    lines = sample.splitlines(keepends=True)
    if len(lines) > 1 and not sample.endswith("\n"):
        lines.pop()  # cut by the sample's end
    try:
        return [len(row) for row in islice(csv.reader(lines, delimiter=delimiter), SAMPLE_ROWS) if row]
    except csv.Error:
        return []
