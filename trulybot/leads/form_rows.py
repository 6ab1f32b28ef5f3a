"""The owner's form as rows on a page, and back. Pure.

A page without script can add, move and take away rows only by being sent and shown again; so what is typed is read
into rows, wrong or not, and becomes a form when it is saved.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import msgspec

from trulybot.kit.errors import Unprocessable
from trulybot.kit.texts import _
from trulybot.preferences.models import OUR_NAMES, LeadForm

MOST = 12
TEXTS = ("intro", "consent", "thanks")
MOMENTS = ("before", "unanswered", "on_request")

_WAYS = ("email", "phone")


class Row(msgspec.Struct):
    """`name` is empty until a field is first saved; `options` one a line."""

    name: str = ""
    kind: str = "text"
    label: str = ""
    required: bool = False
    options: str = ""


class Sheet(msgspec.Struct):
    """All that the page shows; `texts` and `moments` as they were typed and ticked."""

    rows: list[Row]
    texts: dict[str, str]
    moments: dict[str, bool]
    after_questions: str = ""
    country: str = ""


def sheet_of(form: LeadForm) -> Sheet:
    rows = [Row(field.name, field.kind, field.label, field.required, "\n".join(field.options)) for field in form.fields]
    return Sheet(
        rows,
        {name: getattr(form, name) for name in TEXTS},
        {name: getattr(form, name) for name in MOMENTS},
        str(form.after_questions or ""),
        form.country,
    )


def typed_sheet(typed: Mapping[str, str]) -> Sheet:
    """From what the browser sends; a row's inputs end in its number."""
    numbers = [number for number in range(MOST) if f"label-{number}" in typed]
    rows = [
        Row(
            typed.get(f"name-{number}", ""),
            typed.get(f"kind-{number}", "text"),
            typed[f"label-{number}"].strip(),
            f"required-{number}" in typed,
            typed.get(f"options-{number}", "").strip(),
        )
        for number in numbers
    ]
    return Sheet(
        rows,
        {name: typed.get(name, "").strip() for name in TEXTS},
        {name: name in typed for name in MOMENTS},
        typed.get("after_questions", "").strip(),
        typed.get("country", "").strip().upper(),
    )


def rearranged(sheet: Sheet, step: str) -> Sheet:
    """After one of the buttons “add”, “up-2”, “remove-2”; the numbers begin with 0. Others change nothing."""
    verb, _, number = step.partition("-")
    rows = list(sheet.rows)
    at = int(number) if number.isascii() and number.isdecimal() and len(number) < 3 else -1
    if verb == "add" and len(rows) < MOST:
        rows.append(Row())
    elif verb == "remove" and 0 <= at < len(rows):
        del rows[at]
    elif verb == "up" and 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    return msgspec.structs.replace(sheet, rows=rows)


def form_of(sheet: Sheet) -> dict[str, Any]:
    """What PATCH /api/settings takes; raises Unprocessable, with a sentence for each input in `errors`."""
    errors = _row_faults(sheet) | _other_faults(sheet)
    if errors:
        raise Unprocessable("Nothing was saved yet: see what is marked below.", errors=errors)
    return {
        "fields": [_field(row, name) for row, name in zip(sheet.rows, _names(sheet.rows), strict=True)],
        **sheet.texts,
        **sheet.moments,
        "after_questions": int(sheet.after_questions) if sheet.after_questions else None,
        "country": sheet.country,
    }


def _row_faults(sheet: Sheet) -> dict[str, str]:
    errors, kinds = {}, [row.kind for row in sheet.rows]
    for number, row in enumerate(sheet.rows):
        options = _options(row)
        if not 1 <= len(row.label) <= 120:
            errors[f"label-{number}"] = _("Write what to ask, in at most 120 characters, or take the field away.")
        if row.kind in OUR_NAMES and row.kind in kinds[:number]:
            errors[f"kind-{number}"] = _("There is one of this kind already. Choose another kind.")
        if row.kind == "select" and (not 1 <= len(options) <= 50 or max(map(len, options)) > 120):
            errors[f"options-{number}"] = _("Write one to 50 options, one a line, each of at most 120 characters.")
    if not any(kind in _WAYS for kind in kinds):
        errors["fields"] = _("Ask for an e-mail address or a telephone number, or else you can reach nobody.")
    return errors


def _other_faults(sheet: Sheet) -> dict[str, str]:
    errors = {name: _("Write at most 2,000 characters.") for name, text in sheet.texts.items() if len(text) > 2000}
    if sheet.after_questions and not re.fullmatch(r"[1-9]|[1-4][0-9]|50", sheet.after_questions):
        errors["after_questions"] = _("Write a number from 1 to 50, or leave it empty.")
    if sheet.country and not re.fullmatch(r"[A-Z]{2}", sheet.country):
        errors["country"] = _("Write the two letters of a country, such as GB or IN, or leave it empty.")
    return errors


def _field(row: Row, name: str) -> dict[str, Any]:
    options = _options(row) if row.kind == "select" else []
    return {"name": name, "kind": row.kind, "label": row.label, "required": row.required, "options": options}


def _options(row: Row) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in row.options.splitlines() if line.strip()))


def _names(rows: list[Row]) -> list[str]:
    """A name once given stays, so that what was left under it is found; a new one is made of the label."""
    kept = [row.name if row.name not in OUR_NAMES or row.name == row.kind else "" for row in rows]
    names: list[str] = []
    for row, name in zip(rows, kept, strict=True):
        taken = {*names, *kept}
        names.append(name if name and name not in names else _new_name(row, taken))
    return names


def _new_name(row: Row, taken: set[str]) -> str:
    letters = unicodedata.normalize("NFKD", row.label).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9]+", "_", letters).strip("_0123456789")[:30].strip("_")
    is_free = plain and plain not in (*OUR_NAMES, "consent")
    begin = row.kind if row.kind in OUR_NAMES else plain if is_free else "field"
    return next(name for n in range(1, 2 * MOST) if (name := begin if n == 1 else f"{begin}_{n}") not in taken)
