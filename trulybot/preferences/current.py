"""The choices in force. Read with each use: another process may have changed them, and a read costs well under 1 ms."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import msgspec
from sqlalchemy import Connection

from trulybot.kit.database import Database
from trulybot.kit.errors import Invalid
from trulybot.kit.events import SERVER, Actor, record
from trulybot.kit.texts import N_, with_values
from trulybot.preferences import queries
from trulybot.preferences.models import MOST_SITES, Preferences
from trulybot.preferences.sites import sites_from

# How a choice is written that is more than any text.
_FORMS = {
    "accent": "a colour such as #0f766e",
    "locale": "“auto”, or a language such as en or pt-BR",
    "privacy_url": "a whole address such as https://www.example.com/privacy, or empty",
    "country": "two capital letters such as IN, or empty",
    "name": "small letters, digits and _, beginning with a letter",
    "texts": "a text by its name, in small letters, digits and _",
}


@dataclass
class Choices:
    db: Database
    last: Preferences = Preferences()  # as they were when last read: good enough for a page's title

    async def now(self) -> Preferences:
        self.last = self.db.glance(queries.preferences)
        return self.last

    async def begin(self, bot_name: str) -> None:
        """Go by this name until the owner chooses one."""
        await self.db.write(queries.begin, bot_name)

    async def change(self, changes: dict[str, object], actor: Actor = SERVER) -> Preferences:
        """Replace the named choices; raises Invalid, and changes nothing, when one is not allowed."""
        with _saying_what_is_wrong():
            return await self.db.write(_change, _in_normal_form(changes), actor)

    async def tried(self, changes: dict[str, object]) -> Preferences:
        """As they would be with these; nothing is saved. Raises Invalid."""
        with _saying_what_is_wrong():
            return queries.changed(await self.now(), _in_normal_form(changes))


@contextmanager
def _saying_what_is_wrong() -> Iterator[None]:
    try:
        yield
    except msgspec.ValidationError as error:
        said = with_values(N_("One of the settings is not as it must be: %(fault)s."), fault=_fault(error))
        raise Invalid(said) from error


def _change(connection: Connection, changes: dict[str, object], actor: Actor) -> Preferences:
    """What was chosen before and now is not written down: it may be long, and the page shows what holds."""
    before = queries.preferences(connection)
    after = queries.change(connection, before, changes)
    if changed := [name for name in changes if getattr(before, name) != getattr(after, name)]:
        record(connection, actor, N_("Changed settings"), ", ".join(changed))
    return after


def _in_normal_form(changes: dict[str, object]) -> dict[str, object]:
    """What is no list of so many texts is left as it is, to be refused as such."""
    try:
        sites = msgspec.convert(changes.get("sites", ()), Annotated[list[str], msgspec.Meta(max_length=MOST_SITES)])
    except msgspec.ValidationError:
        return changes
    return {**changes, "sites": sites_from(sites)} if "sites" in changes else changes


def _fault(error: msgspec.ValidationError) -> str:
    # msgspec's own words name the field and what it takes, and of what was sent an unknown name or word at most.
    fault = str(error)
    if "matching regex" in fault:
        place = fault.rpartition("`$.")[2].rstrip("`")
        name = place.rpartition(".")[2].removesuffix("[...]")
        return f"{place} is {_FORMS.get(name, 'a text of another form')}"
    return fault.replace(" - at `$.", " (").replace("`", "") + (")" if " - at `$." in fault else "")
