"""What waits for somebody of the team now, each with where to go."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from trulybot.chat import inbox_queries
from trulybot.chat.inbox_models import Line, Sought
from trulybot.home import queries
from trulybot.knowledge import gap_list_queries
from trulybot.knowledge import queries as knowledge_queries
from trulybot.knowledge.models import Gap, SoughtSources, Source

SHOWN = 3  # of each kind


class Waiting(NamedTuple):
    """Counts go up to 100."""

    wanting: Sequence[Line]  # who waits for a person, the latest first
    wanting_count: int
    unread: int
    gaps: Sequence[Gap]
    gap_count: int
    failed: Sequence[Source]
    failed_count: int

    @property
    def is_nothing(self) -> bool:
        return not (self.wanting_count or self.unread or self.gap_count or self.failed_count)


def waiting(connection: Connection, staff_id: int) -> Waiting:
    counts = inbox_queries.counts(connection, staff_id)
    return Waiting(
        inbox_queries.lines(connection, Sought(staff_id, "wanted"), SHOWN).lines if counts["wanted"] else (),
        counts["wanted"],
        counts["unread"],
        gap_list_queries.gaps(connection, SHOWN),
        queries.open_gaps(connection),
        knowledge_queries.sources(connection, SHOWN, sought=SoughtSources("failed")),
        knowledge_queries.totals(connection)["failed"],
    )
