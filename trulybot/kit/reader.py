"""Who reads the page that is being made: their language, and how they write times. Set once a request, in `admit`."""

from collections.abc import Collection
from contextvars import ContextVar
from functools import lru_cache
from typing import Literal, NamedTuple

DateFormat = Literal["day first", "month first", "year first"]
LANGUAGES = {"en": "English", "hi": "हिन्दी"}  # that pages of the staff exist in


class Reader(NamedTuple):
    language: str = "en"
    time_zone: str = "UTC"
    date_format: DateFormat = "day first"


ANYONE = Reader()

current: ContextVar[Reader] = ContextVar("reader", default=ANYONE)


@lru_cache(256)
def preferred(accept_language: str, among: Collection[str] = tuple(LANGUAGES)) -> str:
    """The first language of the header (RFC 9110, 12.5.4) that we have, by its weight; English if there is none."""
    wanted = sorted(map(_weighed, accept_language.lower().split(",")), key=lambda pair: -pair[0])
    return next((tag for weight, tag in wanted if weight > 0 and tag in among), "en")


def _weighed(entry: str) -> tuple[float, str]:
    tag, _, weight = entry.partition(";")
    try:
        return float(weight.partition("=")[2] or 1), tag.strip().partition("-")[0]
    except ValueError:
        return 0, ""
