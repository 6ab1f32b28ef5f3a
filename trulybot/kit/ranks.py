"""What people and programs may do: ranks, of which each may all that those below it may. Pure.

A workspace has four; the control plane has two of its own, and asks a workspace's where somebody acts on one.
"""

from typing import Literal

from trulybot.kit.texts import N_, with_values

Rank = Literal["viewer", "agent", "admin", "owner"]
RANKS: tuple[Rank, ...] = ("viewer", "agent", "admin", "owner")
PlatformRank = Literal["customer", "operator"]
AnyRank = Rank | PlatformRank
PLATFORM_RANKS: tuple[PlatformRank, ...] = ("customer", "operator")

NAMES: dict[Rank, str] = {
    "viewer": N_("Viewer"),
    "agent": N_("Agent"),
    "admin": N_("Admin"),
    "owner": N_("Owner"),
}

_NEEDS: dict[Rank, str] = {
    "viewer": N_("Your role may not do this. Ask the owner of this workspace to make you a viewer."),
    "agent": N_("Your role may not do this. Ask the owner of this workspace to make you an agent."),
    "admin": N_("Your role may not do this. Ask the owner of this workspace to make you an admin."),
}


def reaches(held: AnyRank, needed: AnyRank) -> bool:
    """Never from one of the two ladders to the other."""
    ladder: tuple[str, ...] = RANKS if needed in RANKS else PLATFORM_RANKS
    return held in ladder and ladder.index(held) >= ladder.index(needed)


def refusal(needed: AnyRank, is_program: bool) -> str:
    """The sentence for whoever has a lower rank."""
    if needed == "operator" or needed == "customer":
        return N_("Only the operator of this platform may do this.")
    if needed == "owner":
        return N_("Only the owner may do this. Ask the owner of this workspace.")
    if is_program:
        return with_values(N_("This key may not do this. Use one whose scope is “%(scope)s”."), scope=needed)
    return _NEEDS[needed]
