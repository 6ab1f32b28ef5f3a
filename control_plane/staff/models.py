"""What the operator looks for, and what there is of it."""

from typing import NamedTuple

import msgspec

from control_plane.runtimes.runtime import Found
from control_plane.workspaces.models import State, Workspace


class Sought(NamedTuple):
    """All that are not erased, where no state is named; each word must occur in the name, the slug or the owner."""

    state: State | None = None
    words: str = ""


class Owned(NamedTuple):
    """`owner` is an address; an erased workspace has none."""

    workspace: Workspace
    owner: str | None


class Seen(NamedTuple):
    """A workspace beside what runs of it. `found` is None where the runtime does not say, `size` is in bytes.

    `version` is the one that should run.
    """

    workspace: Workspace
    owner: str | None
    found: tuple[Found, ...] | None
    version: str
    size: int | None


class SecurityEvent(msgspec.Struct, frozen=True):
    id: int
    at: int
    workspace_id: str | None
    workspace: str | None  # its name
    kind: str
    detail: str
