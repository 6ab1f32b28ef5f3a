"""Long lists in pages: a cursor names the last row seen, so a page costs the same wherever it lies."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import msgspec
from litestar.params import PathParameter

from trulybot.kit.errors import Invalid

LARGEST = 2**63 - 1  # that SQLite holds

Place = tuple[Annotated[int, msgspec.Meta(ge=0, le=LARGEST)], str]
RowId = Annotated[int, PathParameter(ge=1, le=LARGEST)]

T = TypeVar("T")


def place_from(cursor: str | None) -> Place | None:
    """The place a cursor names; raises Invalid on one we did not make."""
    if not cursor:
        return None
    try:
        place: Place = msgspec.json.decode(base64.urlsafe_b64decode(cursor.encode()), type=Place)
    except (binascii.Error, msgspec.DecodeError, UnicodeError) as error:
        raise Invalid("This is not a place in this list. Start from its first page.") from error
    return place


def page_of(found: Sequence[T], most: int, place: Callable[[T], Place]) -> tuple[Sequence[T], str | None]:
    """The rows to show and the cursor of the next page; ask the database for one row more than is shown."""
    shown = found[:most]
    return shown, _cursor(place(shown[-1])) if len(found) > most else None


def _cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()
