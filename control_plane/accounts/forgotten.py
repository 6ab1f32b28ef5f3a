"""Whoever forgot their password is mailed a link, and nobody learns from it who has an account."""

from dataclasses import dataclass

from sqlalchemy import Connection

from control_plane.accounts import guessing, links, queries, sessions, two_step
from control_plane.accounts.models import MAILED_LINK_LIFETIME
from trulybot.kit import jobs, outbox, passwords
from trulybot.kit.clock import MINUTE, now
from trulybot.kit.database import Database
from trulybot.kit.events import SERVER, Actor, record
from trulybot.kit.letters import Letter, Letters
from trulybot.kit.limits import Limit, Limits
from trulybot.kit.security import hashed, new_token
from trulybot.kit.sessions import Arrival, Entry
from trulybot.kit.texts import N_

MAILING = "mail a link for a new password"

# Beside the limit per client: many machines that name one person share this one.
LINKS = Limit("links to one address", times=3, seconds=3600)


async def ask(db: Database, limits: Limits, email: str) -> None:
    """The same work for every address; whether somebody has it, only the job finds out. Raises TooMany."""
    limits.spend(LINKS, email.casefold())
    await db.write(jobs.enqueue, MAILING, email.casefold())


async def set_password(db: Database, token: str, password: str, arrival: Arrival) -> Entry:
    """Use up such a link: every session of the person ends. Their second step, if any, is still to be done."""
    return await db.write(_set_password, token, await passwords.hash_of(password), arrival)


@dataclass(frozen=True)
class Forgotten:
    """`address` is where the console is."""

    db: Database
    letters: Letters
    address: str

    async def mail_link(self, email: str) -> None:
        """The job."""
        account = await self.db.read(queries.account_with, email)
        if account is None:
            return
        token, reader = new_token(), await self.db.read(queries.reader_of, account.id)
        link = links.link_to(self.address, token)
        letter = self.letters.write("new_password", reader, email=account.email, link=link)
        await self.db.write(_mail, account.id, account.email, token, letter)


def _mail(connection: Connection, account_id: int, email: str, token: str, letter: Letter) -> None:
    """Once a minute. Links of before stay, or else a stranger could end them by asking again and again."""
    is_new = outbox.send(
        connection,
        key=f"new password {account_id} {now() // MINUTE}",
        to=email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )
    if is_new:
        queries.add_link(connection, "new password", hashed(token), MAILED_LINK_LIFETIME, account_id=account_id)
        record(connection, SERVER, N_("Mailed a link for a new password"), email)


def _set_password(connection: Connection, token: str, password_hash: str, arrival: Arrival) -> Entry:
    """Guesses of before at the old password keep nobody out."""
    link = links.use(connection, token, "new password")
    assert link.account_id is not None
    sessions.replace_password(connection, link.account_id, password_hash)
    guessing.forget(connection, guessing.at_password(link.email))
    record(connection, Actor(link.email, arrival.address), N_("Set a new password by a link"))
    return two_step.first_step_done(connection, link.account_id, arrival)
