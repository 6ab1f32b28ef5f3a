"""The way to a bot that answers on the owner's page: four steps, each ticked by what is really there."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from trulybot.chat import inbox_queries
from trulybot.home import queries
from trulybot.knowledge import queries as knowledge_queries
from trulybot.widget.queries import site_seen

Name = Literal["sources", "try", "site", "line"]


class Step(NamedTuple):
    name: Name
    is_done: bool
    found: str = ""  # what ticked it, where that is worth saying


def first_steps(connection: Connection, sites: Sequence[str]) -> list[Step] | None:
    """None once all are done, or the team wants to see them no more."""
    if queries.are_first_steps_dismissed(connection):
        return None
    seen = site_seen(connection)
    steps = [
        Step("sources", bool(knowledge_queries.totals(connection)["ready"])),
        Step("try", inbox_queries.has_any(connection)),
        Step("site", bool(sites), sites[0] if sites else ""),
        Step("line", seen is not None, seen or ""),
    ]
    return None if all(step.is_done for step in steps) else steps
