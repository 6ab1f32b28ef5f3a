"""What the owner does about teammates: roles, leaving, handing over, and helping those who cannot get in."""

from sqlalchemy import Connection

from trulybot.account import queries, team_queries, two_step_queries
from trulybot.account.models import LINK_LIFETIME, Scope, Staff
from trulybot.kit.clock import now
from trulybot.kit.errors import Conflict, NotFound
from trulybot.kit.events import Actor, record
from trulybot.kit.security import hashed, new_token
from trulybot.kit.texts import N_


class OwnerStays(Conflict):
    def __init__(self) -> None:
        super().__init__(N_("A workspace always has an owner. Hand over ownership first."))


def change_role(connection: Connection, staff_id: int, role: Scope, actor: Actor) -> None:
    """It holds from their next click on. Raises NotFound, OwnerStays."""
    before = _teammate(connection, staff_id)
    if not team_queries.set_role(connection, staff_id, role):
        raise OwnerStays
    record(connection, actor, N_("Changed a role"), before.email, f"{before.role} → {role}")


def remove(connection: Connection, staff_id: int, actor: Actor) -> None:
    """Their sessions end at once; what they wrote and did stays under their name. Raises NotFound, OwnerStays."""
    gone = _teammate(connection, staff_id)
    if not team_queries.remove(connection, staff_id):
        raise OwnerStays
    record(connection, actor, N_("Removed a teammate"), gone.email, gone.role)


def hand_over(connection: Connection, owner_id: int, staff_id: int, actor: Actor) -> None:
    """The owner becomes an admin. Raises NotFound, Conflict."""
    successor = _teammate(connection, staff_id)
    if not team_queries.hand_over(connection, owner_id, staff_id):
        raise Conflict("Only the owner can hand over, and only to somebody else in the team.")
    record(connection, actor, N_("Handed over ownership"), successor.email)


def new_password_link(connection: Connection, address: str, staff_id: int, actor: Actor) -> str:
    """A link under which a teammate sets a new password; the one before it ends. Raises NotFound."""
    staff = _teammate(connection, staff_id)
    queries.forget_links_to(connection, staff_id, "new password")
    token = new_token()
    queries.add_link(connection, "new password", staff_id, hashed(token), now() + LINK_LIFETIME)
    record(connection, actor, N_("Made a password link"), staff.email)
    return f"{address}/welcome/{token}"


def reset_two_step(connection: Connection, staff_id: int, actor: Actor) -> None:
    """For somebody who has lost their phone and codes. Raises NotFound."""
    staff = _teammate(connection, staff_id)
    if not two_step_queries.delete(connection, staff_id):
        raise NotFound("This teammate has no two-step sign-in.")
    record(connection, actor, N_("Reset a teammate’s two-step sign-in"), staff.email)


def _teammate(connection: Connection, staff_id: int) -> Staff:
    staff = queries.staff_by(connection, staff_id)
    if staff is None:
        raise NotFound("There is no such teammate. They may have been removed.")
    return staff
