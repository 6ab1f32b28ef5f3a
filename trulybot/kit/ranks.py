"""What people and programs may do: four ranks, of which each may all that those below it may. Pure."""

from typing import Literal

from trulybot.kit.texts import N_, with_values

Rank = Literal["viewer", "agent", "admin", "owner"]
RANKS: tuple[Rank, ...] = ("viewer", "agent", "admin", "owner")

_NEEDS: dict[Rank, str] = {
    "viewer": N_("Your role may not do this. Ask the owner of this workspace to make you a viewer."),
    "agent": N_("Your role may not do this. Ask the owner of this workspace to make you an agent."),
    "admin": N_("Your role may not do this. Ask the owner of this workspace to make you an admin."),
}


def reaches(held: Rank, needed: Rank) -> bool:
    return RANKS.index(held) >= RANKS.index(needed)


def refusal(needed: Rank, is_program: bool) -> str:
    """The sentence for whoever has a lower rank."""
    if needed == "owner":
        return N_("Only the owner may do this. Ask the owner of this workspace.")
    if is_program:
        return with_values(N_("This key may not do this. Use one whose scope is “%(scope)s”."), scope=needed)
    return _NEEDS[needed]
