"""All SQL about where the widget was opened."""

from sqlalchemy import Connection, text

from trulybot.kit.clock import now


def site_seen(connection: Connection) -> str | None:
    """The first allowed site on which it was opened."""
    site: str | None = connection.execute(text("SELECT seen_on FROM first_steps")).scalar_one()
    return site


def note_site(connection: Connection, site: str) -> None:
    connection.execute(
        text("UPDATE first_steps SET seen_on = :site, seen_at = :now WHERE seen_on IS NULL"),
        {"site": site, "now": now()},
    )
