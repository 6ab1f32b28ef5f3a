"""Questions the documents could not answer, counted, until the owner closes them."""

import unicodedata

from sqlalchemy import Connection

from trulybot.knowledge import queries


def note(connection: Connection, question: str) -> None:
    """Case, accents and punctuation do not make it another question."""
    queries.note_gap(connection, question, normal(question))


def normal(question: str) -> str:
    folded = unicodedata.normalize("NFKD", question.casefold())
    return " ".join("".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded).split())
