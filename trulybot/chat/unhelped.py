"""A turn that did not help its visitor is a gap. What it said, and from which passages, is kept with the gap: only
another answer closes it. A question that was declined is none: nobody shall write an answer to it.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from trulybot.chat.models import Handover, Turn
from trulybot.knowledge import gaps
from trulybot.knowledge.gap_queries import Reason
from trulybot.knowledge.gaps import Unhelpful

_NO_ANSWERS = ("greeting", "handover")


def note(connection: Connection, turn: Turn, reason: Reason) -> None:
    if not turn.is_declined:
        gaps.note(connection, turn.searched, reason, _unhelpful(turn))
        gaps.note_conversation(connection, turn.searched, turn.conversation_id, turn.asked_at)


def take_back(connection: Connection, turn: Turn, reason: Reason) -> None:
    if not turn.is_declined:
        gaps.take_back(connection, turn.searched, reason, turn.answer or None, turn.conversation_id)


def forget(connection: Connection, turns: Sequence[Turn], handovers: Sequence[Handover]) -> None:
    """Take back all that a conversation noted: a question that others asked too stays theirs."""
    for turn in turns:
        if turn.kind == "refused":
            take_back(connection, turn, "refused")
        if turn.vote == "down":
            take_back(connection, turn, "disliked")
    for turn in _handed_over(turns, handovers):
        take_back(connection, turn, "handed_over")


def _handed_over(turns: Sequence[Turn], handovers: Sequence[Handover]) -> Iterator[Turn]:
    """Each that was answered last when a person was asked for, or took over by themselves."""
    for place, turn in enumerate(turns):
        if turn.asks_for_person:
            yield from [before for before in turns[:place] if before.kind not in _NO_ANSWERS][-1:]
    for handover in handovers:
        if handover.taken_from:  # its question was noted when the colleague began
            continue
        before = [turn for turn in turns if turn.asked_at <= handover.begun_at and not turn.is_left_to_person]
        yield from (turn for turn in before[-1:] if turn.kind not in _NO_ANSWERS)


def _unhelpful(turn: Turn) -> Unhelpful:
    """A refusal is no answer; one by search says nothing of the passages, while a model has read them in vain."""
    passages = [found["passage"] for found in turn.record.get("passages", ())]
    if turn.kind == "refused":
        return Unhelpful(None, passages if "model" in turn.record else [])
    return Unhelpful(turn.answer or None, passages)
