"""Whoever forgot their password is mailed a link, and nobody learns from it who is in the team."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from trulybot.account import queries
from trulybot.account.models import MAILED_LINK_LIFETIME
from trulybot.kit import jobs, outbox
from trulybot.kit.clock import MINUTE, now
from trulybot.kit.database import Database
from trulybot.kit.emails import normal_email
from trulybot.kit.events import SERVER, record
from trulybot.kit.letters import Letter, Letters
from trulybot.kit.limits import Limit, Limits
from trulybot.kit.security import hashed, new_token
from trulybot.kit.texts import N_

MAILING = "mail a link for a new password"

# Beside the limit per client: many machines that name one person share this one.
LINKS = Limit("links to one address", times=3, seconds=3600)


async def ask(db: Database, limits: Limits, email: str) -> None:
    """The same work for every address; whether somebody has it, only the job finds out. Raises TooMany."""
    limits.spend(LINKS, email.casefold())
    await db.write(jobs.enqueue, MAILING, email.casefold())


@dataclass(frozen=True)
class Forgotten:
    """`address` gives where this workspace is."""

    db: Database
    letters: Letters
    address: Callable[[], str]

    async def mail_link(self, email: str) -> None:
        """The job."""
        staff = await self.db.read(queries.staff_with, email)
        if staff is None or normal_email(staff.email) is None:
            return
        token = new_token()
        reader = await self.db.read(queries.reader_of, staff.id)
        letter = self.letters.write("new_password", reader, email=staff.email, link=f"{self.address()}/welcome/{token}")
        await self.db.write(_mail, staff.id, staff.email, token, letter)


def _mail(connection: Connection, staff_id: int, email: str, token: str, letter: Letter) -> None:
    """Once a minute. Links of before stay, or else a stranger could end them by asking again and again."""
    is_new = outbox.send(
        connection,
        key=f"new password {staff_id} {now() // MINUTE}",
        to=email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )
    if is_new:
        queries.add_link(connection, "new password", staff_id, hashed(token), now() + MAILED_LINK_LIFETIME)
        record(connection, SERVER, N_("Mailed a link for a new password"), email)
