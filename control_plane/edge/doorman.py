"""Letting a visitor in: which workspace a name means, and waking it, or saying why it does not wake."""

import asyncio
from typing import Protocol

from sqlalchemy import Connection

from control_plane.edge.refusals import Starting, Unknown, of_state
from control_plane.runtimes.starting import DidNotStart
from control_plane.runtimes.waking import NotToBeWoken
from control_plane.settings import Settings
from control_plane.workspaces import queries
from control_plane.workspaces.models import Workspace
from trulybot.kit.database import Database


class Wakes(Protocol):
    async def wake(self, workspace_id: str) -> None:
        """Returns when it answers, by one start for all who wait; raises NotToBeWoken and DidNotStart."""


class Doorman:
    def __init__(self, settings: Settings, db: Database, waking: Wakes) -> None:
        self._settings = settings
        self._db = db
        self._waking = waking

    async def let_in(self, name: str, patience: float) -> None:
        """Answering when this returns; raises Unknown, Starting after so many seconds, or what its state is."""
        workspace = await self._db.read(_workspace_named, name)
        if workspace is None:
            raise Unknown
        try:
            async with asyncio.timeout(patience):
                await self._waking.wake(workspace.id)
        except (TimeoutError, DidNotStart):
            raise Starting(workspace.name) from None
        except NotToBeWoken as refused:
            raise of_state(refused.state, workspace.name) from None

    async def may_have_certificate(self, host: str) -> bool:
        """Whether a name is ours: the console's, a workspace's, or a verified one of an owner."""
        if host == self._settings.domain:
            return True
        slug, _, domain = host.partition(".")
        name = slug if domain == self._settings.workspace_domain else host
        return await self._db.read(_workspace_named, name) is not None


def _workspace_named(connection: Connection, name: str) -> Workspace | None:
    """By its slug, or by a name of the owner's own, which has a dot."""
    return queries.workspace_at(connection, name) if "." in name else queries.workspace_with(connection, name)
