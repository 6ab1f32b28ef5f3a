"""Questions the documents could not answer, counted, until the owner closes them."""

import unicodedata

from sqlalchemy import Connection, text

from trulybot.kit.clock import now
from trulybot.knowledge.models import Gap


def note(connection: Connection, question: str) -> None:
    """One more time; a gap that was closed opens again. Case, accents and punctuation do not tell two apart."""
    connection.execute(
        text(
            """
            INSERT INTO gaps (question, normal, first_at, last_at) VALUES (:question, :normal, :now, :now)
            ON CONFLICT (normal) DO UPDATE SET asked = asked + 1, last_at = :now, closed_at = NULL
            """
        ),
        {"question": question, "normal": normal(question), "now": now()},
    )


def open_gaps(connection: Connection, most: int, skip: int = 0) -> list[Gap]:
    """Those asked most often first."""
    rows = connection.execute(
        text(
            """
            SELECT id, question, asked, first_at, last_at FROM gaps WHERE closed_at IS NULL
            ORDER BY asked DESC, last_at DESC, id LIMIT :most OFFSET :skip
            """
        ),
        {"most": most, "skip": skip},
    )
    return [Gap(**row._mapping) for row in rows]


def close(connection: Connection, gap_id: int) -> bool:
    closed = connection.execute(
        text("UPDATE gaps SET closed_at = :now WHERE id = :id AND closed_at IS NULL"), {"id": gap_id, "now": now()}
    )
    return closed.rowcount == 1


def normal(question: str) -> str:
    folded = unicodedata.normalize("NFKD", question.casefold())
    return " ".join("".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded).split())
