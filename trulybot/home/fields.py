"""The owner's choices as fields of a form: what is typed there, and what is wrong with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from trulybot.kit.errors import Refusal
from trulybot.kit.texts import _
from trulybot.kit.words import as_typed
from trulybot.preferences.models import Preferences
from trulybot.preferences.widget import Widget

MICRO = 1_000_000  # micro-dollars in a dollar

_KINDS = {field.name: field.type for struct in (Widget, Preferences) for field in msgspec.structs.fields(struct)}
_WHOLE = re.compile(r"[0-9]{1,15}")
_MONEY = re.compile(r"(?=\.?[0-9])([0-9]{0,9})(?:\.([0-9]{0,6}))?")


@dataclass(frozen=True)
class Field:
    """One choice, of the workspace’s or its widget’s.

    What cannot be read stays as it was typed: then it does not fit, and `advice` says what would.
    """

    name: str
    advice: str
    read: Callable[[str], object] = str
    show: Callable[[Any], str] = str
    check: Callable[[Any], object] | None = None  # raises Refusal on what no type can tell

    def fault_of(self, value: object) -> str | None:
        try:
            msgspec.convert(value, _KINDS[self.name])
            if self.check:
                self.check(value)
        except msgspec.ValidationError:
            return _(self.advice)
        except Refusal as refusal:
            return refusal.sentence
        return None


Fields = Sequence[Field]


def typed_in(form: Mapping[str, object], fields: Fields) -> dict[str, str]:
    return {field.name: as_typed(form.get(field.name)) for field in fields}


def typed_from(chosen: Preferences | Widget, fields: Fields) -> dict[str, str]:
    return {field.name: field.show(getattr(chosen, field.name)) for field in fields}


def read_from(typed: Mapping[str, str], fields: Fields) -> tuple[dict[str, object], dict[str, str]]:
    """The choices, and for each that cannot be, by its name, what to write instead."""
    choices = {field.name: field.read(typed[field.name]) for field in fields}
    return choices, {field.name: fault for field in fields if (fault := field.fault_of(choices[field.name]))}


def lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]


def number(typed: str) -> float | str | None:
    try:
        return float(typed) if typed else None
    except ValueError:
        return typed


def whole_number(typed: str) -> int | str | None:
    return int(typed) if _WHOLE.fullmatch(typed) else typed or None


def money(typed: str) -> int | str | None:
    """Micro-dollars of dollars such as 5 or 0.25."""
    found = _MONEY.fullmatch(typed)
    return int(found[1] or 0) * MICRO + int((found[2] or "").ljust(6, "0")) if found else typed or None


def ticked(typed: str) -> bool:
    """A browser sends nothing for a box that is not ticked."""
    return bool(typed)


def shown_lines(value: Sequence[str]) -> str:
    return "\n".join(value)


def shown_number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def shown_whole_number(value: int | None) -> str:
    return "" if value is None else str(value)


def shown_money(value: int | None) -> str:
    """At least the cents, and no zeros behind them."""
    if value is None:
        return ""
    whole, micro = divmod(value, MICRO)
    return f"{whole}.{f'{micro:06}'.rstrip('0'):0<2}"


def shown_tick(value: bool) -> str:
    return "on" if value else ""
