"""Telling a workspace what it should know, before it starts and whenever that changes."""

from dataclasses import dataclass

from control_plane.folders import Folders
from control_plane.runtimes import given
from control_plane.runtimes.spec import given_of
from control_plane.settings import Settings
from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from trulybot.kit.database import Database


@dataclass(frozen=True)
class Telling:
    """`signer` is the public key of the console's passes."""

    db: Database
    settings: Settings
    signer: str

    async def tell(self, workspace: Workspace) -> bool:
        """Whether anything had to be written. Raises OSError where the disk refuses."""
        domains = await self.db.read(queries.domains, workspace.id)
        own_names = [domain.name for domain in domains if domain.verified_at is not None]
        told = given_of(workspace, own_names, self.settings, self.signer)
        return await given.mend(self.db, Folders(self.settings.root), told)
