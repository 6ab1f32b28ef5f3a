"""Somebody is invited by a link for their address and role; with it they choose a password and are in."""

from sqlalchemy import Connection

from trulybot.account import first_run, queries, sessions, team_queries
from trulybot.account.models import INVITATION_LIFETIME, Scope
from trulybot.kit import outbox, passwords
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.letters import Letter
from trulybot.kit.security import hashed, new_token
from trulybot.kit.sessions import Arrival
from trulybot.kit.texts import N_


class AlreadyThere(Conflict):
    def __init__(self) -> None:
        super().__init__(N_("Somebody with this address is in the team already."))


def invite(connection: Connection, address: str, email: str, role: Scope, actor: Actor) -> str:
    """The link, which is known only now; an invitation of before for the same address ends. Raises AlreadyThere."""
    if queries.staff_with(connection, email):
        raise AlreadyThere
    team_queries.withdraw_from(connection, email)
    token = new_token()
    queries.add_link(connection, "invitation", None, hashed(token), now() + INVITATION_LIFETIME, email, role)
    record(connection, actor, N_("Invited a teammate"), email, role)
    return f"{address}/welcome/{token}"


def mail(connection: Connection, email: str, link: str, letter: Letter) -> None:
    outbox.send(
        connection,
        key=f"invitation {hashed(link).hex()}",
        to=email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )


def withdraw(connection: Connection, invitation_id: int, actor: Actor) -> None:
    email = team_queries.withdraw(connection, invitation_id)
    if email is None:
        raise NotFound("There is no such invitation. It may have been used or withdrawn.")
    record(connection, actor, N_("Withdrew an invitation"), email)


async def join(db: Database, token: str, password: str, arrival: Arrival) -> str:
    """Use up an invitation; the new teammate's session token. Raises AlreadyThere."""
    return await db.write(_join, token, await passwords.hash_of(password), arrival)


def _join(connection: Connection, token: str, password_hash: str, arrival: Arrival) -> str:
    link = first_run.use(connection, token, "invitation")
    assert link.email is not None and link.role is not None
    staff_id = queries.add_staff(connection, link.email, password_hash, link.role)
    if staff_id is None:
        raise AlreadyThere
    record(connection, Actor(link.email, arrival.address), N_("Joined the team"), link.email, link.role)
    return sessions.begin(connection, staff_id, arrival)
