"""Where the widget was first opened on an allowed site: that is how the owner learns that the line is pasted right."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from trulybot.kit.clock import now
from trulybot.kit.database import Database


@dataclass
class Seen:
    """Written once in the life of a workspace; after that a visitor costs it nothing."""

    db: Database
    is_noted: bool = False

    async def note(self, site: str) -> None:
        if not self.is_noted:
            self.is_noted = True
            await self.db.write(_note, site)


def site_seen(connection: Connection) -> str | None:
    site: str | None = connection.execute(text("SELECT seen_on FROM first_steps")).scalar_one()
    return site


def _note(connection: Connection, site: str) -> None:
    connection.execute(
        text("UPDATE first_steps SET seen_on = :site, seen_at = :now WHERE seen_on IS NULL"),
        {"site": site, "now": now()},
    )
