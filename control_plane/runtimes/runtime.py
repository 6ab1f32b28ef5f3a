"""The small protocol behind which workspaces run, as processes or in containers."""

from typing import Protocol

import msgspec

from control_plane.spec import Spec
from trulybot.contract import Job


class Found(msgspec.Struct, frozen=True):
    """A workspace that runs. `version` is of the spec it was started with, `pid` of its first process.

    It is 0 while that has ended and the next is about to be started.
    """

    workspace: str
    version: str
    started_at: int
    pid: int


class CannotRun(Exception):
    """The runtime refused or failed. The sentence is for the operator."""


class Runtime(Protocol):
    """Every verb may be repeated, and may be cut off: the next `observe` tells what came of it. All raise CannotRun."""

    async def observe(self) -> dict[str, list[Found]]:
        """What runs of ours, by workspace: more than one only if something went wrong."""

    async def images(self) -> tuple[str, ...]:
        """The digests that workspaces may run, the newest first; none where there is no choice."""

    async def start(self, spec: Spec) -> None:
        """Make its folders and start it; it need not answer yet. What runs already stays."""

    async def stop(self, workspace: str, at_once: bool = False) -> None:
        """Gone when this returns; nothing of its data is. `at_once`: it is not asked first."""

    async def remove(self, workspace: str) -> None:
        """Stopped, and its data and folders erased."""

    async def logs(self, workspace: str, most_bytes: int) -> str:
        """The latest it wrote to its standard streams."""

    async def size(self, workspace: str) -> int:
        """Bytes on disk."""

    async def run_once(self, spec: Spec, job: Job) -> str:
        """What the job printed, run as the workspace's own user on its own data; CannotRun when it fails."""

    async def close(self) -> None:
        """Let go of what we hold; nothing that runs is stopped."""

    def uid_of(self, workspace: str) -> int | None:
        """The user that its processes run as; None before it was ever started."""
