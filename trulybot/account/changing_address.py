"""A person's own e-mail address, with which they sign in."""

from sqlalchemy import Connection

from trulybot.account import first_run, queries, signing_in
from trulybot.account.models import MAILED_LINK_LIFETIME
from trulybot.kit import outbox, reader
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict
from trulybot.kit.events import Actor, record
from trulybot.kit.letters import Letter, Letters
from trulybot.kit.security import hashed, new_token
from trulybot.kit.texts import N_, _


class Taken(Conflict):
    def __init__(self) -> None:
        super().__init__(_("Somebody in the team has this address already."))


async def change(db: Database, staff_id: int, email: str, password: str, actor: Actor) -> None:
    """At once, confirmed by the password; raises WrongPassword, Taken."""
    await signing_in.require_password(db, staff_id, password)
    await db.write(set_address, staff_id, email, actor)


async def ask(
    db: Database, letters: Letters, address: str, staff_id: int, email: str, password: str, actor: Actor
) -> None:
    """Once a link that is mailed to the new address is used; raises WrongPassword, Taken."""
    await signing_in.require_password(db, staff_id, password)
    token = new_token()
    link = f"{address}/welcome/{token}"
    letter = letters.write("new_address", reader.current.get(), before=actor.name, link=link)
    await db.write(_ask, staff_id, email, token, letter, actor)


def confirm(connection: Connection, token: str, client: str) -> None:
    """Use up such a link. Raises UsedLink, Taken."""
    link = first_run.use(connection, token, "new address")
    assert link.staff_id is not None and link.email is not None
    staff = queries.staff_by(connection, link.staff_id)
    assert staff is not None  # its links go with a person
    set_address(connection, link.staff_id, link.email, Actor(staff.email, client))


def set_address(connection: Connection, staff_id: int, email: str, actor: Actor) -> None:
    """Links that were made for the address before end. Raises Taken."""
    if not queries.set_email(connection, staff_id, email):
        raise Taken
    queries.forget_links_of(connection, staff_id)
    record(connection, actor, N_("Changed their address"), email)


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
