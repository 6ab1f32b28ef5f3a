"""Letting a member into their workspace: a pass that the console signs and the workspace checks."""

from sqlalchemy import Connection

from control_plane.workspaces.models import Workspace
from trulybot.contract import PASS_LIFETIME, Pass
from trulybot.kit import passes
from trulybot.kit.clock import now
from trulybot.kit.errors import Conflict
from trulybot.kit.events import Actor, record
from trulybot.kit.ranks import Rank
from trulybot.kit.security import new_token
from trulybot.kit.texts import N_


def send_in(connection: Connection, workspace: Workspace, email: str, role: Rank, key: bytes, actor: Actor) -> str:
    """The signed pass. Raises Conflict for a workspace that is not open."""
    if workspace.wanted != "open":
        raise Conflict("This workspace is not open, so nobody can go in.")
    record(connection, actor, N_("Went into a workspace"), workspace.slug or "", role)
    given = Pass(workspace=workspace.id, nonce=new_token(), email=email, role=role, expires_at=now() + PASS_LIFETIME)
    return passes.signed(given, key)
