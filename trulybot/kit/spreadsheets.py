"""Rows of CSV that a spreadsheet opens safely, and back. Pure.

A spreadsheet calculates a cell that begins with one of a few characters, and a stranger may have written it there. So
such a cell is given an apostrophe in front, as OWASP advises ("CSV Injection"). Where semicolons
separate cells, as in most of Europe, ours are cut at each semicolon, tab and line break, so one stands there too. What
begins with an apostrophe by itself gets another, or else it could not be read back.
"""

import csv
import re
from collections.abc import Iterable
from io import StringIO

CSV = "text/csv"
MARK = "\ufeff"  # at the beginning of a file: by it Excel knows UTF-8, where it would otherwise guess a code page
GUARD = "'"

# The wide forms are what East Asian keyboards type, and some spreadsheets take them for the others.
_SIGNS = "-=+@＝＋－＠'"
_BEGINS = rf"(?=[{_SIGNS}\t\r\n])"
_BEGINS_WITHIN = rf'(?="*[{_SIGNS}])'  # quotes behind a separator would be taken off
_UNGUARDED = re.compile(rf"^{_BEGINS}|(?<=[;\t\r\n]){_BEGINS_WITHIN}")
_GUARDED = re.compile(rf"^{GUARD}{_BEGINS}|(?<=[;\t\r\n]){GUARD}{_BEGINS_WITHIN}")


def row(cells: Iterable[str]) -> str:
    """One line, each cell guarded and quoted where it must be."""
    line = StringIO()
    csv.writer(line).writerow(map(guarded, cells))
    return line.getvalue()


def guarded(cell: str) -> str:
    return _UNGUARDED.sub(GUARD, cell)


def unguarded(cell: str) -> str:
    return _GUARDED.sub("", cell)
