"""One-time links: the first makes the owner, later ones let the owner in or set a new password.

Whoever can read the log or run a command on this machine owns the workspace anyway; a link is how they prove it.
"""

from sqlalchemy import Connection

from trulybot.account import queries, sessions, two_step
from trulybot.account.models import LINK_LIFETIME, Link, Purpose
from trulybot.kit import passwords
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, Gone, NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.security import hashed, new_token
from trulybot.kit.sessions import Arrival, Entry
from trulybot.kit.texts import N_


class UsedLink(Gone):
    def __init__(self) -> None:
        super().__init__(
            N_(
                "This link was used or has expired. Ask for a new one; who runs this workspace can print one "
                "with “trulybot sign-in-link”."
            )
        )


def is_needed(connection: Connection) -> bool:
    return queries.owner(connection) is None


def sign_in_link(connection: Connection, address: str) -> str:
    """A link that lets the owner in, or makes them when there is none yet; the one before it ends."""
    owner = queries.owner(connection)
    if owner is None:
        queries.forget_links(connection, "first run")
        return _link(connection, address, "first run", None)
    return _link(connection, address, "sign in", owner.id)


def new_password_link(connection: Connection, address: str) -> str:
    """A link under which the owner chooses a new password; raises NotFound when there is no owner yet."""
    owner = queries.owner(connection)
    if owner is None:
        raise NotFound("Nobody owns this workspace yet. Print a link to begin with “trulybot sign-in-link”.")
    return _link(connection, address, "new password", owner.id)


def link_behind(connection: Connection, token: str) -> Link:
    """Raises UsedLink."""
    link = queries.link(connection, hashed(token))
    if link is None:
        raise UsedLink
    return link


async def make_owner(db: Database, token: str, email: str, password: str, arrival: Arrival) -> str:
    """Use up a first-run link; the new owner's session token."""
    return await db.write(_make_owner, token, email, await passwords.hash_of(password), arrival)


async def set_password(db: Database, token: str, password: str, arrival: Arrival) -> Entry:
    """Use up a new-password link: every session of the person ends. Their second step, if any, is still to be done."""
    return await db.write(_set_password, token, await passwords.hash_of(password), arrival)


def enter(connection: Connection, token: str, arrival: Arrival) -> str:
    """Use up a sign-in link; the session token. Who printed it has the server, so no second step is asked for."""
    staff_id = use(connection, token, "sign in").staff_id
    assert staff_id is not None
    return sessions.begin(connection, staff_id, arrival)


def use(connection: Connection, token: str, purpose: Purpose) -> Link:
    """Use up a link of that purpose, and what it was for; raises UsedLink."""
    link = link_behind(connection, token)
    if link.purpose != purpose or not queries.use_link(connection, hashed(token)):
        raise UsedLink
    return link


def _link(connection: Connection, address: str, purpose: Purpose, staff_id: int | None) -> str:
    token = new_token()
    queries.add_link(connection, purpose, staff_id, hashed(token), now() + LINK_LIFETIME)
    return f"{address}/welcome/{token}"


def _make_owner(connection: Connection, token: str, email: str, password_hash: str, arrival: Arrival) -> str:
    use(connection, token, "first run")
    staff_id = queries.add_staff(connection, email, password_hash, "owner")
    if staff_id is None:
        raise Conflict("This workspace has an owner already. Sign in instead.")
    queries.forget_links(connection, "first run")
    return sessions.begin(connection, staff_id, arrival)


def _set_password(connection: Connection, token: str, password_hash: str, arrival: Arrival) -> Entry:
    link = use(connection, token, "new password")
    assert link.staff_id is not None
    sessions.replace_password(connection, link.staff_id, password_hash)
    record(connection, Actor(link.email or "", arrival.address), N_("Set a new password by a link"))
    return two_step.first_step_done(connection, link.staff_id, arrival)
