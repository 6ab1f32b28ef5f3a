"""What is wanted of workspaces beside what there is, found by looking."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from control_plane.folders import Folders
from control_plane.runtimes.runtime import CannotRun, Runtime
from control_plane.runtimes.spec import spec_of
from control_plane.staff import queries
from control_plane.staff.models import Owned, SecurityEvent, Seen, Sought
from trulybot.kit.database import Database
from trulybot.kit.errors import NotFound
from trulybot.kit.lists import Place
from trulybot.kit.texts import _

MOST_LOG_BYTES = 64 * 1024
PATIENCE = 2.0  # seconds

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Observing:
    db: Database
    runtime: Runtime
    folders: Folders

    async def some(self, sought: Sought, most: int, after: Place | None) -> list[Seen]:
        """Only what is shown is measured."""
        return await self._seen(await self.db.read(queries.found, sought, most, after))

    async def one(self, workspace_id: str) -> Seen:
        """Raises NotFound."""
        owned = await self.db.read(queries.owned, workspace_id)
        if owned is None:
            raise NotFound(_("There is no such workspace."))
        (seen,) = await self._seen([owned])
        return seen

    async def log(self, workspace_id: str) -> str:
        """The latest of it."""
        return await _in_time(self.runtime.logs(workspace_id, MOST_LOG_BYTES)) or ""

    async def images(self) -> tuple[str, ...] | None:
        """The newest first; None where the runtime does not say."""
        try:
            return await self.runtime.images()
        except CannotRun as error:
            log.warning("The images cannot be seen: %s", error)
            return None

    async def security_events(
        self, most: int, before: int | None = None, workspace_id: str | None = None
    ) -> Sequence[SecurityEvent]:
        return await self.db.read(queries.security_events, most, before, workspace_id)

    async def _seen(self, some: Sequence[Owned]) -> list[Seen]:
        measuring = asyncio.gather(*(_in_time(self.runtime.size(workspace.id)) for workspace, _ in some))
        found, sizes = await asyncio.gather(_in_time(self.runtime.observe()), measuring)
        return [
            Seen(
                workspace,
                owner,
                None if found is None else tuple(found.get(workspace.id, ())),
                spec_of(workspace).version,
                size,
            )
            for (workspace, owner), size in zip(some, sizes, strict=True)
        ]


async def _in_time(asked: Coroutine[Any, Any, T]) -> T | None:
    """Of all this is the page that must be there when the runtime is not, or is too slow."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await asked
    except CannotRun as error:
        log.warning("What runs cannot be seen: %s", error)
    except TimeoutError:
        log.warning("What runs cannot be seen: the runtime did not answer within %g seconds.", PATIENCE)
    return None
