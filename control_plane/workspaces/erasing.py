"""The end of a workspace: what was known of it goes, and its owner is told so."""

from sqlalchemy import Connection

from control_plane.accounts import member_queries
from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from trulybot.kit import outbox
from trulybot.kit.events import SERVER, record
from trulybot.kit.letters import Letter
from trulybot.kit.texts import N_


def note_erased(connection: Connection, workspace: Workspace, receipt: Letter) -> None:
    """Call it when its files are gone."""
    owner = member_queries.owners_email(connection, workspace.id)
    if owner:
        outbox.send(
            connection,
            key=f"erased {workspace.id}",
            to=owner,
            subject=receipt.subject,
            text=receipt.text,
            html=receipt.html,
        )
    queries.note_erased(connection, workspace.id)
    record(connection, SERVER, N_("Erased a workspace"), workspace.slug or "", workspace.id)
