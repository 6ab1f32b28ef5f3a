"""The next safe step from what is found to what is wanted. Pure."""

from collections.abc import Sequence
from typing import Literal

from control_plane.runtimes.runtime import Found
from control_plane.workspaces.models import Workspace
from trulybot.kit.clock import MINUTE

# `stop` of what runs though it should, or of a socket that nobody serves, is the first of two steps.
Step = Literal["erase", "finish upgrade", "stop", "start", "forget failures"]

STABLE_AFTER = MINUTE  # seconds for which it must have run, so that earlier failures count no more
FIRST_WAIT = 2  # seconds, doubled with each further failure


def next_step(
    workspace: Workspace, found: Sequence[Found], version: str, now: int, *, has_stray_socket: bool
) -> Step | None:
    """None when all is as it is wanted, or it is not yet time to try again."""
    if workspace.wanted == "erased":
        return "erase"
    if workspace.upgrading:  # and nobody is at work on it: whoever was has been cut off
        return "finish upgrade" if now >= _try_again_at(workspace) else None
    if not workspace.should_run:
        return "stop" if found or has_stray_socket else None
    if not found:
        return "start" if now >= _try_again_at(workspace) else None
    if len(found) > 1 or found[0].version != version:
        return "stop"
    if workspace.failures and found[0].started_at <= now - STABLE_AFTER:
        return "forget failures"
    return None


def _try_again_at(workspace: Workspace) -> int:
    if not workspace.failures or workspace.tried_at is None:
        return 0
    waits: int = FIRST_WAIT * 2 ** (workspace.failures - 1)
    return workspace.tried_at + waits
