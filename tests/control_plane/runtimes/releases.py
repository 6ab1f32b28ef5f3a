"""A platform of processes that knows more than one image, as one of containers does."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from control_plane.folders import Folders
from control_plane.platform import Platform
from control_plane.runtimes.process import ProcessRuntime
from control_plane.runtimes.runtime import Runtime
from control_plane.spec import Spec
from tests.control_plane.runtimes import released


class ReleasedRuntime(ProcessRuntime):
    """`releases` are the images, the newest first; whichever is asked for runs."""

    def __init__(self, folders: Folders, logs: Path, instance: str) -> None:
        super().__init__(folders, logs, instance)
        self.releases = ["old"]
        self._made = folders.root.parent / "released"
        if not self._made.exists():
            released.prepare(self._made)

    async def images(self) -> tuple[str, ...]:
        return tuple(self.releases)

    def _program(self, spec: Spec) -> Sequence[str]:
        return released.program(spec.image, self._made)


class ReleasedPlatform(Platform):
    @cached_property
    def runtime(self) -> Runtime:
        return ReleasedRuntime(self.folders, self.settings.control / "logs", str(self.settings.root))
