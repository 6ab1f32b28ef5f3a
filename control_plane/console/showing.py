"""Workspaces as the console's pages show them. Pure."""

from typing import NamedTuple

from control_plane.settings import Settings
from control_plane.workspaces.models import Workspace
from control_plane.workspaces.wording import STATES
from trulybot.kit.texts import N_, _

STARTING = (N_("Starting…"), "clock", "busy")


class Shown(NamedTuple):
    """`word` says its state; `changing` when that will be another one in a moment."""

    word: str
    icon: str
    kind: str
    changing: bool


def shown(workspace: Workspace, *, is_up: bool) -> Shown:
    if workspace.state == "awake" and not is_up:
        return Shown(_(STARTING[0]), *STARTING[1:], changing=True)
    word, icon, kind = STATES[workspace.state]
    return Shown(_(word), icon, kind, changing=False)


def address_of(workspace: Workspace, own_names: list[str], settings: Settings) -> str:
    """Where people find it: under a name of its own, if it has one."""
    host = own_names[0] if own_names else settings.host_of(workspace.slug or workspace.id)
    return settings.address_of(host)
