"""Who calls: a person with a session."""

from control_plane.accounts import queries
from control_plane.accounts.models import NOTED_EVERY
from trulybot.contract import SESSION_COOKIE
from trulybot.kit.access import AnyConnection, Principal
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.security import hashed
from trulybot.kit.sessions import csrf_of


async def authenticate(connection: AnyConnection, db: Database) -> Principal | None:
    token = connection.cookies.get(SESSION_COOKIE)
    session = db.glance(queries.session, hashed(token)) if token else None
    if token is None or session is None:
        return None
    if session.seen_at <= now() - NOTED_EVERY:
        await db.write(queries.note_session_seen, session)
    return Principal(
        id=session.account_id,
        name=session.email,
        role=session.role,
        csrf=csrf_of(token),
        language=session.language,
        time_zone=session.time_zone,
        date_format=session.date_format,
    )
