"""Rows of CSV that a spreadsheet opens safely, and back. Pure.

A spreadsheet calculates a cell that begins with one of a few characters, and a stranger may have written it there. So
such a cell is given an apostrophe in front, as OWASP advises ("CSV Injection"). A cell that begins with an apostrophe
by itself gets one too, or else it could not be read back.
"""

import csv
from collections.abc import Iterable
from io import StringIO

CSV = "text/csv"
MARK = "\ufeff"  # at the beginning of a file: by it Excel knows UTF-8, where it would otherwise guess a code page
GUARD = "'"

# The wide forms are what East Asian keyboards type, and some spreadsheets take them for the others.
_CALCULATED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", GUARD)


def row(cells: Iterable[str]) -> str:
    """One line, each cell guarded and quoted where it must be."""
    line = StringIO()
    csv.writer(line).writerow(map(guarded, cells))
    return line.getvalue()


def guarded(cell: str) -> str:
    return GUARD + cell if cell.startswith(_CALCULATED) else cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith(GUARD) and cell[1:].startswith(_CALCULATED) else cell
