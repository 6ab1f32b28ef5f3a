"""Curated answers as a table that a spreadsheet opens safely, and back. Pure."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

import msgspec

from trulybot.kit.errors import Invalid
from trulybot.kit.spreadsheets import MARK, row, unguarded
from trulybot.kit.texts import with_values
from trulybot.knowledge.forms import NewAnswer
from trulybot.knowledge.models import CuratedAnswer

COLUMNS = ("question", "answer", "variants")
FACTS = ("hits",)
BETWEEN_VARIANTS = "|"
MOST = 5000
MOST_BYTES = 10_000_000


def written(answers: Iterable[CuratedAnswer]) -> Iterator[str]:
    """Line by line; the first names the columns."""
    yield MARK + row([*COLUMNS, *FACTS])
    for each in answers:
        yield row([each.question, each.answer, BETWEEN_VARIANTS.join(each.variants), str(each.hits)])


def read(content: bytes) -> list[NewAnswer]:
    """Raises Invalid, with the row, on anything but a table with the columns question and answer."""
    try:
        table = csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        table.fieldnames = [name.strip().casefold() for name in table.fieldnames or []]
        rows = [each for each in table if any(each.values())]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid("This is not a CSV file in UTF-8. Save the table again as CSV and send that.") from error
    if not {"question", "answer"} <= set(table.fieldnames) or not rows:
        raise Invalid("The table needs the columns question and answer, and at least one row.")
    if len(rows) > MOST:
        raise Invalid(with_values("At most %(number)s answers are imported at once. Split the table.", number=MOST))
    return [_answer(number, each) for number, each in enumerate(rows, start=2)]


def _answer(number: int, cells: dict[str, str | None]) -> NewAnswer:
    question, answer, variants = (unguarded((cells.get(name) or "").strip()) for name in COLUMNS)
    ways = [way.strip() for way in variants.split(BETWEEN_VARIANTS) if way.strip()]
    try:
        return msgspec.convert({"question": question, "answer": answer, "variants": ways}, NewAnswer)
    except msgspec.ValidationError as error:
        raise Invalid(
            with_values(
                "Row %(number)s cannot be imported: it needs a question of at most 1,000 characters and an answer "
                "of at most 10,000.",
                number=number,
            )
        ) from error
