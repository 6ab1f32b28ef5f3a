"""What each role may do, as people read it: on the team page and in docs/team.md. It is each route that declares it."""

from typing import NamedTuple

from trulybot.kit.ranks import RANKS, Rank, reaches
from trulybot.kit.texts import N_, _


class Duty(NamedTuple):
    """Something that this rank may do, and every rank above it."""

    says: str
    rank: Rank


DUTIES = (
    Duty(N_("See conversations, leads, sources, answers, gaps and settings"), "viewer"),
    Duty(N_("Change their own account"), "viewer"),
    Duty(N_("Take over conversations and write to visitors"), "agent"),
    Duty(N_("Work on leads: status, details, notes"), "agent"),
    Duty(N_("Add, read again and delete sources, answers and gaps"), "admin"),
    Duty(N_("Change the widget, the lead form and the settings"), "admin"),
    Duty(N_("Export and delete leads and conversations"), "admin"),
    Duty(N_("Read and export the audit log"), "admin"),
    Duty(N_("Invite, change and remove teammates; hand over ownership"), "owner"),
    Duty(N_("Make and delete API keys"), "owner"),
    Duty(N_("Set the model’s key and the secret that identifies visitors"), "owner"),
)


def table() -> list[tuple[str, list[bool]]]:
    """Each duty with whether each rank may do it, the lowest rank first."""
    return [(_(duty.says), [reaches(rank, duty.rank) for rank in RANKS]) for duty in DUTIES]
