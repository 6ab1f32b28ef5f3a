"""A new account, made when the link that was mailed to its address is used: nobody can take the address of another."""

from dataclasses import dataclass

from sqlalchemy import Connection

from control_plane.accounts import inviting, links, queries, sessions
from control_plane.accounts.models import SIGN_UP_LIFETIME
from trulybot.kit import jobs, outbox, passwords
from trulybot.kit.clock import MINUTE, now
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict
from trulybot.kit.events import SERVER, Actor, record
from trulybot.kit.letters import Letter, Letters
from trulybot.kit.limits import Limit, Limits
from trulybot.kit.ranks import PlatformRank
from trulybot.kit.reader import Reader
from trulybot.kit.security import hashed, new_token
from trulybot.kit.sessions import Arrival
from trulybot.kit.texts import N_

MAILING = "mail a link to sign up"

# Beside the limit per client: many machines that name one person share this one.
LINKS = Limit("links to sign up for one address", times=3, seconds=3600)


class HasAccount(Conflict):
    def __init__(self) -> None:
        super().__init__(N_("There is an account with this address already. Sign in, or set a new password."))


async def ask(db: Database, limits: Limits, email: str, language: str) -> None:
    """The same work for every address; whether somebody has it, only the job finds out. Raises TooMany."""
    limits.spend(LINKS, email.casefold())
    await db.write(jobs.enqueue, MAILING, f"{language} {email}")


async def make_account(db: Database, token: str, password: str, arrival: Arrival) -> str:
    """Use up a link by which one comes without an account; the session token. Raises UsedLink, HasAccount."""
    return await db.write(_make_account, token, await passwords.hash_of(password), arrival)


@dataclass(frozen=True)
class SigningUp:
    """`address` is where the console is."""

    db: Database
    letters: Letters
    address: str

    async def mail_link(self, key: str) -> None:
        """The job. Who has an account already is told so, and can only there learn it."""
        language, _, email = key.partition(" ")
        account = await self.db.read(queries.account_with, email)
        if account is None:
            token = new_token()
            letter = self.letters.write("sign_up", Reader(language), link=links.link_to(self.address, token))
            await self.db.write(_mail, email, token, letter)
        else:
            reader = await self.db.read(queries.reader_of, account.id)
            await self.db.write(_send, account.email, self.letters.write("signed_up_already", reader))


def _mail(connection: Connection, email: str, token: str, letter: Letter) -> None:
    if _send(connection, email, letter):
        queries.add_link(connection, "sign up", hashed(token), SIGN_UP_LIFETIME, email=email)
        record(connection, SERVER, N_("Mailed a link to sign up"), email)


def _send(connection: Connection, email: str, letter: Letter) -> bool:
    """Once a minute; whether it is the first in this one."""
    return outbox.send(
        connection,
        key=f"sign up {hashed(email.casefold()).hex()} {now() // MINUTE}",
        to=email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )


def _make_account(connection: Connection, token: str, password_hash: str, arrival: Arrival) -> str:
    link = links.use(connection, token, "sign up", "operator", "invitation")
    role: PlatformRank = "operator" if link.purpose == "operator" else "customer"
    account_id = queries.add_account(connection, link.email, password_hash, role)
    if account_id is None:
        raise HasAccount
    actor = Actor(link.email, arrival.address)
    record(connection, actor, N_("Made an account"), link.email, role)
    if link.purpose == "invitation":
        inviting.join(connection, link, account_id, actor)
    return sessions.begin(connection, account_id, arrival)
