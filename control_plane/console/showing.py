"""Workspaces as the console's pages show them: each state with a word, a sign and a class of its own. Pure."""

from typing import NamedTuple

from control_plane.settings import Settings
from control_plane.workspaces.models import State, Workspace
from trulybot.kit.texts import N_, _

STATES: dict[State, tuple[str, str, str]] = {
    "awake": (N_("Awake"), "check", "ready"),
    "asleep": (N_("Asleep, wakes by itself"), "moon", ""),
    "broken": (N_("Does not start"), "alert", "failed"),
    "suspended": (N_("Suspended"), "pause", "warn"),
    "closed": (N_("Closed"), "leave", "warn"),
    "erased": (N_("Erased"), "trash", ""),
}
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
