"""A turn that did not help its visitor is a gap. What it said, and from which passages, is kept with the gap: only
another answer closes it. A question that was declined is none: nobody shall write an answer to it.
"""

from sqlalchemy import Connection

from trulybot.chat.models import Turn
from trulybot.knowledge import gaps
from trulybot.knowledge.gap_queries import Reason
from trulybot.knowledge.gaps import Unhelpful


def note(connection: Connection, turn: Turn, reason: Reason) -> None:
    if not turn.is_declined:
        gaps.note(connection, _asked(turn), reason, _unhelpful(turn))


def take_back(connection: Connection, turn: Turn, reason: Reason) -> None:
    if not turn.is_declined:
        gaps.take_back(connection, _asked(turn), reason)


def _asked(turn: Turn) -> str:
    """With the words it needs to stand alone, where it leans on the question before."""
    searched: str = turn.record.get("searched", turn.question)
    return searched


def _unhelpful(turn: Turn) -> Unhelpful:
    """A refusal is no answer; one by search says nothing of the passages, while a model has read them in vain."""
    passages = [found["passage"] for found in turn.record.get("passages", ())]
    if turn.kind == "refused":
        return Unhelpful(None, passages if "model" in turn.record else [])
    return Unhelpful(turn.answer or None, passages)
