"""What people and programs may do: four ranks, of which each may all that those below it may. Pure."""

from typing import Literal

Rank = Literal["viewer", "agent", "admin", "owner"]
RANKS: tuple[Rank, ...] = ("viewer", "agent", "admin", "owner")


def reaches(held: Rank, needed: Rank) -> bool:
    return RANKS.index(held) >= RANKS.index(needed)


def refusal(needed: Rank, is_program: bool) -> str:
    """The sentence for whoever has a lower rank."""
    if needed == "owner":
        return "Only the owner may do this. Ask the owner of this workspace."
    if is_program:
        return f"This key may not do this. Use one whose scope is “{needed}”."
    return f"Your role may not do this. Ask the owner of this workspace to make you {_named(needed)}."


def _named(rank: Rank) -> str:
    return f"an {rank}" if rank[0] == "a" else f"a {rank}"
