"""How a teammate's pages read: the choices of language, time zone and date format."""

from collections.abc import Mapping
from functools import cache
from typing import get_args
from zoneinfo import available_timezones

from trulybot.kit.reader import LANGUAGES, DateFormat
from trulybot.kit.texts import N_, _

Choices = list[tuple[str, str]]

FORMATS = {
    "day first": N_("24 Nov 2026"),
    "month first": N_("Nov 24, 2026"),
    "year first": N_("2026-11-24"),
}
AREAS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


def languages() -> Choices:
    return [("", _("As the browser asks")), *LANGUAGES.items()]


def time_zones() -> Choices:
    return [("", _("UTC, as everybody")), *((name, name.replace("_", " ")) for name in _zones())]


def date_formats() -> Choices:
    return [("", _("As everybody")), *((name, _(FORMATS[name])) for name in get_args(DateFormat))]


def problems(typed: Mapping[str, str]) -> dict[str, str]:
    """By field; a form of ours sends only what it offers."""
    offered = {"language": ("", *LANGUAGES), "time_zone": ("", *_zones()), "date_format": ("", *FORMATS)}
    return {name: _("Choose one of the list.") for name, values in offered.items() if typed[name] not in values}


@cache
def _zones() -> tuple[str, ...]:
    """Cities, not the aliases and offsets that the database of zones also has."""
    return tuple(sorted(name for name in available_timezones() if name.startswith(AREAS)))
