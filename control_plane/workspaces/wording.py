"""Each state of a workspace with a word, a sign and a class of its own."""

from control_plane.workspaces.models import State
from trulybot.kit.texts import N_

STATES: dict[State, tuple[str, str, str]] = {
    "awake": (N_("Awake"), "check", "ready"),
    "asleep": (N_("Asleep, wakes by itself"), "moon", ""),
    "broken": (N_("Does not start"), "alert", "failed"),
    "suspended": (N_("Suspended"), "pause", "warn"),
    "closed": (N_("Closed"), "leave", "warn"),
    "erased": (N_("Erased"), "trash", ""),
}
