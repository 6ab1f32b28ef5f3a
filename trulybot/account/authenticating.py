"""Who calls: a program with an API key, or a person with a session."""

from trulybot.account import queries
from trulybot.account.models import NOTED_EVERY
from trulybot.contract import SESSION_COOKIE
from trulybot.kit.access import AnyConnection, Principal
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.security import hashed
from trulybot.kit.sessions import csrf_of


async def authenticate(connection: AnyConnection, db: Database) -> Principal | None:
    """A request that shows a key is judged by the key alone."""
    if header := connection.headers.get("authorization"):
        scheme, _, key = header.partition(" ")
        return await _program(key.strip(), db) if scheme.lower() == "bearer" else None
    token = connection.cookies.get(SESSION_COOKIE)
    return await _person(token, db) if token else None


async def _program(key: str, db: Database) -> Principal | None:
    found = db.glance(queries.api_key, hashed(key))
    if found is None:
        return None
    if (found.last_used_at or 0) <= now() - NOTED_EVERY:
        await db.write(queries.note_api_key_used, found.id)
    return Principal(id=found.id, name=found.name, role=found.scope, is_program=True)


async def _person(token: str, db: Database) -> Principal | None:
    session = db.glance(queries.session, hashed(token))
    if session is None:
        return None
    if session.seen_at <= now() - NOTED_EVERY:
        await db.write(queries.note_session_seen, session)
    return Principal(
        id=session.staff_id,
        name=session.email,
        role=session.role,
        shown_as=session.shown_as,
        csrf=csrf_of(token),
        language=session.language,
        time_zone=session.time_zone,
        date_format=session.date_format,
    )
