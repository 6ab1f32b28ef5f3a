"""A person's own e-mail address, with which they sign in: it counts once a link that is mailed to it is used."""

from sqlalchemy import Connection

from control_plane.accounts import links, queries, signing_in
from control_plane.accounts.models import MAILED_LINK_LIFETIME
from trulybot.kit import outbox, reader
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict
from trulybot.kit.events import Actor, record
from trulybot.kit.letters import Letter, Letters
from trulybot.kit.security import hashed, new_token
from trulybot.kit.texts import N_


class Taken(Conflict):
    def __init__(self) -> None:
        super().__init__(N_("There is an account with this address already."))


async def ask(
    db: Database, letters: Letters, address: str, account_id: int, email: str, password: str, actor: Actor
) -> None:
    """Raises WrongPassword, MustWait. Whether somebody has the address already, only its mailbox is told."""
    await signing_in.require_password(db, account_id, password)
    token = new_token()
    known = await db.read(queries.account_with, email)
    if known and known.id != account_id:
        letter = letters.write("signed_up_already", await db.read(queries.reader_of, known.id))
    else:
        link = links.link_to(address, token)
        letter = letters.write("new_address", reader.current.get(), before=actor.name, link=link)
    await db.write(_ask, account_id, email, token, letter, actor)


async def confirm(db: Database, letters: Letters, token: str, client: str) -> None:
    """Use up such a link; links that went to the address before end, and it is told. Raises UsedLink, Taken."""
    link = await db.read(links.link_behind, token)
    before = await db.read(queries.account, link.account_id) if link.account_id else None
    if before is None:
        raise links.UsedLink
    to = await db.read(queries.reader_of, before.id)
    notice = letters.write("changed_account_address", to, before=before.email, after=link.email)
    await db.write(_confirm, token, notice, client)


def _confirm(connection: Connection, token: str, notice: Letter, client: str) -> None:
    link = links.use(connection, token, "new address")
    assert link.account_id is not None
    before = queries.account(connection, link.account_id)
    assert before is not None  # its links go with an account
    if not queries.set_email(connection, before.id, link.email):
        raise Taken
    queries.forget_links_of(connection, before.id)
    record(connection, Actor(before.email, client), N_("Changed their address"), link.email)
    outbox.send(
        connection,
        key=f"changed address {hashed(token).hex()}",
        to=before.email,
        subject=notice.subject,
        text=notice.text,
        html=notice.html,
    )


def _ask(connection: Connection, account_id: int, email: str, token: str, letter: Letter, actor: Actor) -> None:
    """What was asked before ends. Where the address is taken, nobody gets to see the token."""
    queries.forget_links_to(connection, account_id, "new address")
    queries.add_link(connection, "new address", hashed(token), MAILED_LINK_LIFETIME, account_id=account_id, email=email)
    outbox.send(
        connection,
        key=f"new address {hashed(token).hex()}",
        to=email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )
    record(connection, actor, N_("Asked to change their address"), email)
