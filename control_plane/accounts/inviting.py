"""Somebody is invited to a workspace by a link that only their mailbox gets: with it an address is proven."""

from sqlalchemy import Connection

from control_plane.accounts import links, member_queries, queries
from control_plane.accounts.models import INVITATION_LIFETIME, Invited, Link
from trulybot.kit import outbox, reader
from trulybot.kit.database import Database
from trulybot.kit.emails import normal_email
from trulybot.kit.errors import Conflict, Forbidden, NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.letters import Letter, Letters
from trulybot.kit.limits import Limit, Limits
from trulybot.kit.security import hashed, new_token
from trulybot.kit.texts import N_, with_values

MOST_OPEN = 50
INVITATIONS = Limit("invitations to one workspace", times=20, seconds=3600)


class AlreadyThere(Conflict):
    def __init__(self) -> None:
        super().__init__(N_("Somebody with this address is a member already."))


class ForAnother(Forbidden):
    def __init__(self, email: str) -> None:
        super().__init__(with_values("This invitation is for %(email)s. Sign in with that address.", email=email))


async def invite(
    db: Database,
    limits: Limits,
    letters: Letters,
    address: str,
    workspace: tuple[str, str],
    email: str,
    role: Invited,
    actor: Actor,
) -> None:
    """`workspace` is its id and name, `address` where the console is. An invitation of before to the same address ends.

    Raises AlreadyThere, WrongAddress, and TooMany.
    """
    workspace_id, name = workspace
    limits.spend(INVITATIONS, workspace_id)
    token, known = new_token(), normal_email(email)
    if known is None:
        raise outbox.WrongAddress("Give a whole e-mail address, such as you@example.com.")
    letter = letters.write(
        "workspace_invitation",
        reader.current.get(),
        name=name,
        person=actor.name,
        link=links.link_to(address, token),
    )
    await db.write(_invite, workspace_id, known, role, token, letter, actor)


def accept(connection: Connection, token: str, account_id: int, actor: Actor) -> str:
    """Use up the invitation, as the account it is for; the id of the workspace. Raises UsedLink, ForAnother."""
    link = links.use(connection, token, "invitation")
    account = queries.account(connection, account_id)
    if account is None or account.email.casefold() != link.email.casefold():
        raise ForAnother(link.email)
    return join(connection, link, account_id, actor)


def join(connection: Connection, link: Link, account_id: int, actor: Actor) -> str:
    """Become a member, which who is one already stays as they are; the id of the workspace."""
    assert link.workspace_id is not None and link.role is not None
    if member_queries.add(connection, link.workspace_id, account_id, link.role):
        record(connection, actor, N_("Joined a workspace"), link.workspace or "", link.role)
    return link.workspace_id


def withdraw(connection: Connection, workspace_id: str, invitation_id: int, actor: Actor) -> None:
    """Raises NotFound."""
    email = member_queries.withdraw(connection, workspace_id, invitation_id)
    if email is None:
        raise NotFound("There is no such invitation. It may have been used or withdrawn.")
    record(connection, actor, N_("Withdrew an invitation"), email, workspace_id)


def _invite(
    connection: Connection, workspace_id: str, email: str, role: Invited, token: str, letter: Letter, actor: Actor
) -> None:
    if member_queries.is_member(connection, workspace_id, email):
        raise AlreadyThere
    member_queries.withdraw_from(connection, workspace_id, email)
    if len(member_queries.invitations(connection, workspace_id)) >= MOST_OPEN:
        raise Conflict("Many invitations are not used yet. Withdraw some first.")
    queries.add_link(
        connection, "invitation", hashed(token), INVITATION_LIFETIME, email=email, workspace_id=workspace_id, role=role
    )
    outbox.send(
        connection,
        key=f"invitation {hashed(token).hex()}",
        to=email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )
    record(connection, actor, N_("Invited a member"), email, f"{workspace_id} {role}")
