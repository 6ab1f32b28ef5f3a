"""A person's own e-mail address, with which they sign in."""

from sqlalchemy import Connection

from trulybot.account import first_run, queries, signing_in
from trulybot.account.models import MAILED_LINK_LIFETIME
from trulybot.kit import outbox, reader
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.emails import normal_email
from trulybot.kit.errors import Conflict
from trulybot.kit.events import Actor, record
from trulybot.kit.letters import Letter, Letters
from trulybot.kit.security import hashed, new_token
from trulybot.kit.texts import N_


class Taken(Conflict):
    def __init__(self) -> None:
        super().__init__(N_("Somebody in the team has this address already."))


async def change(db: Database, letters: Letters, staff_id: int, email: str, password: str, actor: Actor) -> None:
    """At once, confirmed by the password; raises WrongPassword, Taken."""
    await signing_in.require_password(db, staff_id, password)
    await db.write(_set, staff_id, email, await _notice(db, letters, staff_id, email), actor)


async def ask(
    db: Database, letters: Letters, address: str, staff_id: int, email: str, password: str, actor: Actor
) -> None:
    """Once a link that is mailed to the new address is used; raises WrongPassword, Taken."""
    await signing_in.require_password(db, staff_id, password)
    token = new_token()
    link = f"{address}/welcome/{token}"
    letter = letters.write("new_address", reader.current.get(), before=actor.name, link=link)
    await db.write(_ask, staff_id, email, token, letter, actor)


async def confirm(db: Database, letters: Letters, token: str, client: str) -> None:
    """Use up such a link. Raises UsedLink, Taken."""
    link = await db.read(first_run.link_behind, token)
    assert link.staff_id is not None and link.email is not None
    notice = await _notice(db, letters, link.staff_id, link.email)
    await db.write(_confirm, token, notice, client)


async def _notice(db: Database, letters: Letters, staff_id: int, email: str) -> Letter:
    """What whoever reads the old address is told, for it may be that somebody else has made the change."""
    staff = await db.read(queries.staff_by, staff_id)
    assert staff is not None
    to = await db.read(queries.reader_of, staff_id)
    return letters.write("changed_address", to, before=staff.email, after=email, is_owner=staff.role == "owner")


def _confirm(connection: Connection, token: str, notice: Letter, client: str) -> None:
    link = first_run.use(connection, token, "new address")
    assert link.staff_id is not None and link.email is not None
    staff = queries.staff_by(connection, link.staff_id)
    assert staff is not None  # its links go with a person
    _set(connection, link.staff_id, link.email, notice, Actor(staff.email, client))


def _set(connection: Connection, staff_id: int, email: str, notice: Letter, actor: Actor) -> None:
    """Links that were made for the address before end. Raises Taken."""
    staff = queries.staff_by(connection, staff_id)
    if staff is None or not queries.set_email(connection, staff_id, email):
        raise Taken
    queries.forget_links_of(connection, staff_id)
    record(connection, actor, N_("Changed their address"), email)
    if staff.email != email and normal_email(staff.email):
        key = f"changed address {staff_id} {now()} {email}"
        outbox.send(connection, key=key, to=staff.email, subject=notice.subject, text=notice.text, html=notice.html)


def _ask(connection: Connection, staff_id: int, email: str, token: str, letter: Letter, actor: Actor) -> None:
    """What was asked before ends."""
    other = queries.staff_with(connection, email)
    if other and other.id != staff_id:
        raise Taken
    queries.forget_links_to(connection, staff_id, "new address")
    queries.add_link(connection, "new address", staff_id, hashed(token), now() + MAILED_LINK_LIFETIME, email)
    outbox.send(
        connection,
        key=f"new address {hashed(token).hex()}",
        to=email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )
    record(connection, actor, N_("Asked to change their address"), email)
