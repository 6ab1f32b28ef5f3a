"""All SQL about gaps as staff look through them: by what they are about, one of them, and those that are closed."""

import json
from typing import Any

from sqlalchemy import Connection, Row, text

from trulybot.kit.lists import Place
from trulybot.knowledge.models import AnsweredGap, ClosedGap, Gap, GapConversation, GapQuestion

EXAMPLES = 20  # questions of one gap

# Which gaps come next is found in an index alone; only they are looked at whole.
_NEXT = """
    SELECT about, sum(asked) AS rank FROM gaps WHERE closed_at IS NULL GROUP BY about
    HAVING :id IS NULL OR (sum(asked), about) < (:asked, CAST(:id AS INTEGER))
    ORDER BY rank DESC, about DESC LIMIT :most
"""
_GAPS = f"""
    SELECT next.about AS id, sum(asked) AS asked, sum(refused) AS refused, sum(disliked) AS disliked,
        sum(handed_over) AS handed_over, min(first_at) AS first_at, max(last_at) AS last_at, count(*) AS questions, (
            SELECT json_group_array(question ORDER BY asked DESC, last_at DESC, id) FROM (
                SELECT * FROM gaps WHERE closed_at IS NULL AND about = next.about
                ORDER BY asked DESC, last_at DESC, id LIMIT {EXAMPLES}
            )
        ) AS examples
    FROM next JOIN gaps ON gaps.about = next.about AND closed_at IS NULL
    GROUP BY next.about ORDER BY rank DESC, next.about DESC
"""
_ABOUT_SAME = "about = (SELECT about FROM gaps WHERE id = :id)"


def gaps(connection: Connection, most: int, after: Place | None = None) -> list[Gap]:
    """Those asked most often first, the later begun first; the question asked most often stands for the others."""
    rows = connection.execute(
        text(f"WITH next AS ({_NEXT}) {_GAPS}"),
        {"asked": after[0] if after else 0, "id": after[1] if after else None, "most": most},
    )
    return [_gap(row) for row in rows]


def place_of(gap: Gap) -> Place:
    return gap.asked, str(gap.id)


def gap(connection: Connection, gap_id: int) -> Gap | None:
    """The one that this question belongs to, if it has open questions."""
    one = "SELECT about, 0 AS rank FROM gaps WHERE id = :id"
    row = connection.execute(text(f"WITH next AS ({one}) {_GAPS}"), {"id": gap_id}).one_or_none()
    return _gap(row) if row else None


def questions(connection: Connection, gap_id: int, most: int) -> list[GapQuestion]:
    """Its open questions, those asked most often first."""
    rows = connection.execute(
        text(
            f"""
            SELECT question, asked, refused, disliked, handed_over, last_at, unhelpful_answer FROM gaps
            WHERE closed_at IS NULL AND {_ABOUT_SAME} ORDER BY asked DESC, last_at DESC, id LIMIT :most
            """
        ),
        {"id": gap_id, "most": most},
    )
    return [GapQuestion(**row._mapping) for row in rows]


def conversations(connection: Connection, gap_id: int, most: int) -> list[GapConversation]:
    """Where its open questions were asked, the latest first."""
    rows = connection.execute(
        text(
            f"""
            SELECT conversation_id AS id, question, gap_conversations.asked_at AS asked_at
            FROM gaps JOIN gap_conversations ON gap_id = gaps.id
            WHERE closed_at IS NULL AND {_ABOUT_SAME} ORDER BY asked_at DESC, conversation_id LIMIT :most
            """
        ),
        {"id": gap_id, "most": most},
    )
    return [GapConversation(**row._mapping) for row in rows]


def closed(connection: Connection, most: int, before: Place | None = None) -> list[ClosedGap]:
    """Single questions, the last closed first."""
    rows = connection.execute(
        text(
            """
            SELECT id, question, asked, found_answer AS answer, closed_at FROM gaps WHERE closed_at IS NOT NULL
            AND (:id IS NULL OR (closed_at, id) < (:at, CAST(:id AS INTEGER)))
            ORDER BY closed_at DESC, id DESC LIMIT :most
            """
        ),
        {"at": before[0] if before else 0, "id": before[1] if before else None, "most": most},
    )
    return [ClosedGap(**row._mapping) for row in rows]


def dismissed(connection: Connection, gap_id: int) -> ClosedGap | None:
    """A question that staff took off the list, if it is off it still."""
    query = """
        SELECT id, question, asked, found_answer AS answer, closed_at FROM gaps
        WHERE id = :id AND closed_at IS NOT NULL AND found_answer IS NULL
    """
    row = connection.execute(text(query), {"id": gap_id}).one_or_none()
    return ClosedGap(**row._mapping) if row else None


def answered(connection: Connection, since: int, most: int) -> list[AnsweredGap]:
    """Those that another try found an answer for since then, the last first."""
    rows = connection.execute(
        text(
            """
            SELECT id, question, found_answer AS answer, closed_at FROM gaps
            WHERE found_answer IS NOT NULL AND closed_at >= :since ORDER BY closed_at DESC, id DESC LIMIT :most
            """
        ),
        {"since": since, "most": most},
    )
    return [AnsweredGap(**row._mapping) for row in rows]


def _gap(row: Row[Any]) -> Gap:
    fields = dict(row._mapping)
    examples = tuple(json.loads(fields.pop("examples")))
    return Gap(**fields, question=examples[0], examples=examples)
