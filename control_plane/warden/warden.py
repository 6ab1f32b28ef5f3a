"""What the seven verbs do: folders first, then Docker."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from control_plane.spec import Spec
from control_plane.warden.engine import Engine
from control_plane.warden.ground import Ground
from control_plane.warden.images import Images
from control_plane.warden.wire import Observed
from trulybot.contract import Job
from trulybot.kit.errors import Unavailable, Unprocessable
from trulybot.kit.texts import with_values

T = TypeVar("T")


@dataclass
class Warden:
    """`keeper` is the user that the control plane runs as."""

    engine: Engine
    images: Images
    ground: Ground
    keeper: int
    _making: asyncio.Lock = field(default_factory=asyncio.Lock)
    _measuring: asyncio.Task[dict[str, int]] | None = None

    async def observe(self, sizes: bool) -> Observed:
        measured = await self._sizes() if sizes else {}
        return Observed(await self.engine.containers(), await self.images.allowed(), measured)

    async def ensure(self, spec: Spec) -> None:
        await self._assert_allowed(spec)
        await self.engine.ensure(spec, await self._make_folders(spec.workspace))

    async def start(self, workspace: str) -> None:
        await self._make_folders(workspace)  # what is mounted has to be what we made
        await self.engine.start(workspace)

    async def stop(self, workspace: str, at_once: bool) -> None:
        await self.engine.stop(workspace, at_once)
        await _on_disk(self.ground.clear_socket, workspace)

    async def remove(self, workspace: str) -> None:
        await self.engine.remove(workspace)
        await _on_disk(self.ground.erase, workspace)

    async def logs(self, workspace: str, most_bytes: int) -> str:
        return await self.engine.logs(workspace, most_bytes)

    async def run_once(self, spec: Spec, job: Job) -> str:
        await self._assert_allowed(spec)
        return await self.engine.run_once(spec, await self._make_folders(spec.workspace), job)

    async def _assert_allowed(self, spec: Spec) -> None:
        """Raises Unprocessable."""
        if spec.image not in await self.images.allowed():
            raise Unprocessable(
                with_values("The operator did not name the image %(digest)s in TRULYBOT_IMAGE.", digest=spec.image)
            )

    async def _sizes(self) -> dict[str, int]:
        """Measured once for all who ask meanwhile: there may be millions of files, and some give up waiting."""
        if self._measuring is None or self._measuring.done():
            self._measuring = asyncio.create_task(asyncio.to_thread(self.ground.sizes))
        return await asyncio.shield(self._measuring)

    async def _make_folders(self, workspace: str) -> int:
        """One at a time, or two workspaces might get the same user."""
        async with self._making:
            return await _on_disk(self.ground.make, workspace)


async def _on_disk(work: Callable[[str], T], workspace: str) -> T:
    """Raises Unavailable where the disk refuses, or something lies there that the warden did not make."""
    try:
        return await asyncio.to_thread(work, workspace)
    except OSError as error:
        what = error.strerror or str(error)
        raise Unavailable(f"The folders of workspace {workspace} are not as they should be: {what}.") from error
