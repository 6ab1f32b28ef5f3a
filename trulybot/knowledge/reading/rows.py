"""A table's row as a sentence a person can read and a search can find."""

from collections.abc import Sequence

SEPARATOR = " · "
LONGEST_COLUMN = 80  # characters in a cell that can still be a column's name


def header_of(rows: Sequence[Sequence[str]]) -> list[str] | None:
    """The first row if it names columns: filled, distinct, short, without numbers, and something follows."""
    if len(rows) < 2 or not rows[0]:
        return None
    names = [" ".join(cell.split()) for cell in rows[0]]
    while names and not names[-1]:
        names.pop()
    folded = [name.casefold() for name in names if name]
    if len(folded) < max(1, (len(names) + 1) // 2) or len(set(folded)) != len(folded):
        return None
    if any(len(name) > LONGEST_COLUMN or _is_value(name) for name in folded):
        return None
    return names


def row_text(header: Sequence[str] | None, cells: Sequence[str]) -> str:
    """`Column: value · Column: value`, without the cells that are empty."""
    parts = []
    for position, cell in enumerate(cells):
        value = cell.strip()
        if not value:
            continue
        name = header[position] if header and position < len(header) else ""
        parts.append(f"{name}: {value}" if name else value)
    return SEPARATOR.join(parts)


def _is_value(text: str) -> bool:
    """Numbers, dates, addresses: what stands in a column rather than above it."""
    if "@" in text or "://" in text:
        return True
    digits = sum(character.isdigit() for character in text)
    return digits > 0 and digits >= sum(character.isalpha() for character in text)
