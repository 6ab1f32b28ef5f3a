"""What goes to and fro on the warden's socket, verb by verb. What is not named here is refused."""

from typing import Annotated, Final

import msgspec

from control_plane.spec import Spec, WorkspaceId
from trulybot.contract import Job

SOCKET: Final = "warden.sock"
HOST: Final = "warden"
MOST_LOG_BYTES: Final = 1_000_000

# The longest that the warden waits for Docker, in seconds.
LOOK_SECONDS: Final = 5.0
CALL_SECONDS: Final = 20.0
STOP_SECONDS: Final = 40.0  # more than a container is given to end by itself
JOB_SECONDS: Final = 900.0
MEASURE_SECONDS: Final = 120.0  # of a disk, for which Docker is not needed


class Observe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`sizes`: measure what lies on disk too, which takes its time."""

    sizes: bool = False


class Container(msgspec.Struct, frozen=True):
    """One that runs, or is about to again."""

    workspace: str
    version: str
    started_at: int
    pid: int


class Observed(msgspec.Struct, frozen=True):
    """`images` are the digests that may run, the newest first; `sizes` are bytes by workspace."""

    containers: list[Container]
    images: list[str]
    sizes: dict[str, int] = {}


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    workspace: WorkspaceId


class Stop(Named, frozen=True, forbid_unknown_fields=True):
    """`at_once`: without asking it first, and giving it time to end."""

    at_once: bool = False


class Logs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    workspace: WorkspaceId
    most_bytes: Annotated[int, msgspec.Meta(ge=1, le=MOST_LOG_BYTES)]


class Once(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    spec: Spec
    job: Job


class Printed(msgspec.Struct, frozen=True):
    text: str
