"""Where the widget was first opened on an allowed site: that is how the owner learns that the line is pasted right."""

from contextlib import suppress
from dataclasses import dataclass

from trulybot.kit.database import Database, NotStored
from trulybot.widget import queries


@dataclass
class Seen:
    """Written once in the life of a process; after that a visitor costs it nothing."""

    db: Database
    is_noted: bool = False

    async def note(self, site: str) -> None:
        if not self.is_noted:
            self.is_noted = True
            with suppress(NotStored):  # a full disk is no reason to answer a visitor less
                await self.db.write(queries.note_site, site)
