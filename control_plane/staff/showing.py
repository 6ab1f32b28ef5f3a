"""What there is of a workspace, in words. Pure."""

from typing import NamedTuple

from control_plane.runtimes.models import Upgrade
from control_plane.staff.models import Seen
from control_plane.workspaces.wording import STATES
from trulybot.kit.texts import _


class Word(NamedTuple):
    """`changing` when it will be another one in a moment."""

    word: str
    icon: str
    kind: str = ""
    changing: bool = False


def wanted(seen: Seen) -> Word:
    word, icon, kind = STATES[seen.workspace.state]
    return Word(_(word), icon, kind)


def found(seen: Seen) -> Word:
    if seen.workspace.upgrading:
        return Word(_("Is being upgraded…"), "clock", "busy", changing=True)
    if seen.found is None:
        return Word(_("Cannot be seen"), "alert", "failed")
    if not seen.found:
        if seen.workspace.should_run:
            return Word(_("Starting…"), "clock", "busy", changing=True)
        return Word(_("Does not run"), "moon")
    if len(seen.found) > 1:
        return Word(_("Runs more than once"), "alert", "failed", changing=True)
    if not seen.workspace.should_run:
        return Word(_("Stopping…"), "clock", "busy", changing=True)
    if seen.found[0].version != seen.version:
        return Word(_("Runs, is being renewed"), "clock", "busy", changing=True)
    return Word(_("Runs"), "check", "ready")


def upgraded(upgrade: Upgrade) -> Word:
    match upgrade.result:
        case "upgraded":
            return Word(_("Upgraded"), "check", "ready")
        case "refused":
            return Word(_("Left as it was"), "alert", "failed")
        case "rolled back":
            return Word(_("Rolled back"), "back", "failed")
        case "left":
            return Word(_("Not open"), "moon")
    if upgrade.began_at:
        return Word(_("Is being upgraded…"), "clock", "busy", changing=True)
    return Word(_("Waits"), "clock")


def image(digest: str) -> str:
    """As much of it as tells one from another."""
    return digest.removeprefix("sha256:")[:12]


def version(seen: Seen) -> str:
    """Of what runs."""
    return seen.found[0].version if seen.found else ""
