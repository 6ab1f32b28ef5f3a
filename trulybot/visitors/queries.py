"""All SQL about visitors who are known, and the keys that prove it."""

from sqlalchemy import Connection, text

from trulybot.kit.clock import now
from trulybot.kit.security import forget_signing_key, signing_key
from trulybot.visitors.models import Keys, KnownVisitor

TOKENS, IDENTITIES = "visitors", "identify"


def keys(connection: Connection) -> Keys:
    """Made when first asked for."""
    return Keys(signing_key(connection, TOKENS), signing_key(connection, IDENTITIES).hex())


def renew_keys(connection: Connection) -> Keys:
    """Both: whoever proved something with the old secret shall not go on with a token that came of it."""
    forget_signing_key(connection, TOKENS)
    forget_signing_key(connection, IDENTITIES)
    return keys(connection)


def visitor(connection: Connection, visitor_id: str) -> KnownVisitor | None:
    row = connection.execute(
        text("SELECT id, known_as, name, email, proved_at FROM visitors WHERE id = :id"), {"id": visitor_id}
    ).one_or_none()
    return KnownVisitor(**row._mapping) if row else None


def visitor_known_as(connection: Connection, known_as: str) -> str | None:
    """The id of the visitor who proved it last."""
    found: str | None = connection.execute(
        text("SELECT id FROM visitors WHERE known_as = :known_as ORDER BY proved_at DESC, rowid DESC LIMIT 1"),
        {"known_as": known_as},
    ).scalar()
    return found


def save(connection: Connection, visitor_id: str, known_as: str, name: str | None, email: str | None) -> None:
    """What is not said this time stays as it was said before."""
    connection.execute(
        text(
            """
            INSERT INTO visitors (id, known_as, name, email, proved_at) VALUES (:id, :known_as, :name, :email, :now)
            ON CONFLICT (id) DO UPDATE SET proved_at = :now,
                name = coalesce(excluded.name, name), email = coalesce(excluded.email, email)
            """
        ),
        {"id": visitor_id, "known_as": known_as, "name": name, "email": email, "now": now()},
    )


def forget(connection: Connection, visitor_id: str) -> None:
    connection.execute(text("DELETE FROM visitors WHERE id = :id"), {"id": visitor_id})
