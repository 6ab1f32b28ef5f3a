"""Telling each workspace what it should know, and the edge whose names they are, whenever that changes."""

import asyncio
from dataclasses import dataclass, field

from sqlalchemy import Connection

from control_plane.folders import Folders
from control_plane.runtimes import given, names
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
    _edge: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tell(self, workspace: Workspace) -> bool:
        """Whether anything had to be written. Raises OSError where the disk refuses."""
        domains = await self.db.read(queries.domains, workspace.id)
        own_names = [domain.name for domain in domains if domain.verified_at is not None]
        told = given_of(workspace, own_names, self.settings, self.signer)
        return await given.mend(self.db, Folders(self.settings.root), told)

    async def tell_edge(self) -> int:
        """How many names had to be changed. Those of a workspace that is being upgraded lead nowhere.

        One at a time, or what somebody read before such a change would be made so again after it.
        """
        async with self._edge:
            wanted = await self.db.read(_names)
            return len(await asyncio.to_thread(names.mend, Folders(self.settings.root), wanted))


def _names(connection: Connection) -> dict[str, str]:
    """Every name that is to lead somewhere, with its workspace."""
    served = [each for each in queries.workspaces(connection) if each.wanted != "erased" and not each.upgrading]
    slugs = {each.slug: each.id for each in served if each.slug}
    ids = set(slugs.values())
    return slugs | {name: owner for name, owner in queries.verified_domains(connection) if owner in ids}
