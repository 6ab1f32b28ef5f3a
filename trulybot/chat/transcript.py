"""A conversation as staff read it: what was said and done in it in its order, and how each answer came about. Pure."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from trulybot.chat.models import DECLINED, SILENT, Handover, Message, PassageNow, Turn
from trulybot.kit.texts import N_, _

NO_ANSWERS = ("greeting", "handover")
MICRO = 1_000_000

_DECISIONS = {
    "curated": N_("One of your own answers, word for word."),
    "cached": N_("Said before, from the same documents."),
    "quoted": N_("Quoted from your documents."),
    "not in the documents": N_("No passage comes near enough to the question, so it was not answered."),
    "written by the model": N_("Written by the model from the passages below."),
    "refused by the model": N_("The model found no answer in the passages below."),
    "quoted in place of the model": N_("The model gave nothing, so the documents are quoted."),
    "quoted, because what the model wrote was flagged": N_("What the model wrote was flagged, so it is quoted."),
    "the model broke off, so the rest is quoted": N_("The model broke off, so the rest is quoted."),
    DECLINED: N_("The question was flagged by moderation, so it was not answered."),
    SILENT: N_("A person had the conversation, so the bot said nothing."),
    "person": N_("The visitor asked for a person."),
    "contact": N_("The visitor asked to be contacted."),
    "abuse": N_("Rude words; no question about the documents."),
    "thanks": N_("Thanks; no question."),
    "greeting": N_("A greeting; no question."),
}
_STEPS = {
    "reading": N_("Read beside the question before"),
    "understanding": N_("Understand the question"),
    "words": N_("Look for a ready answer"),
    "embedding": N_("Embed the question"),
    "search": N_("Search the passages"),
    "moderation": N_("Moderate the question"),
    "model": N_("Write with the model"),
    "quoting": N_("Quote"),
    "moderation of the answer": N_("Moderate the answer"),
}
_FAULTS = {"ceiling reached": N_("The ceiling for the model was reached.")}


def entries(turns: Sequence[Turn], messages: Sequence[Message], handovers: Sequence[Handover]) -> list[dict[str, Any]]:
    """Turns, messages, and where handovers begin and end, oldest first; each has what it `is`, and `at` when.

    Within one second a handover stands before the questions that were left to it.
    """
    had_by = {handover.id: handover.begun_by for handover in handovers}
    gone_on = {handover.taken_from for handover in handovers}
    said = [
        *(_turn(turn, before) for before, turn in pairwise([None, *turns]) if turn),
        *({"is": "message", "at": one.sent_at, "order": 3, "message": one} for one in messages),
        *(_begun(handover, had_by) for handover in handovers),
        *(_ended(handover) for handover in handovers if handover.ended_at and handover.id not in gone_on),
    ]
    return sorted(said, key=lambda entry: (entry["at"], entry["order"]))


def asked_before(turns: Sequence[Turn], message: Message) -> Turn | None:
    """The question that a person’s message answers: the last one before it that is about something."""
    before = [turn for turn in turns if turn.asked_at <= message.sent_at and not turn.asks_for_person]
    return next((turn for turn in reversed(before) if turn.kind != "greeting"), None)


def how(turn: Turn, now: Mapping[int, PassageNow]) -> dict[str, Any]:
    """How it was answered, as its record tells. An id may be another passage’s by now; then the titles differ."""
    record = turn.record
    decision = record.get("decision")
    steps = record.get("milliseconds", {})
    return {
        "decision": _(_DECISIONS[decision]) if decision in _DECISIONS else decision,
        "searched": record.get("searched"),
        "confidence": record.get("confidence"),
        "threshold": record.get("threshold"),
        "flagged": [each for judged in record.get("moderation", {}).values() for each in judged.get("categories", ())],
        "steps": [(_(_STEPS.get(name, name)), took) for name, took in steps.items()],
        "whole": sum(steps.values()) if steps else None,
        "passages": [_passage(found, now.get(found["passage"])) for found in turn.passages],
        "model": _model(record.get("model")),
    }


def _turn(turn: Turn, before: Turn | None) -> dict[str, Any]:
    """With the page it was asked on, where that is another than before."""
    page = turn.page if before is None or turn.page != before.page else None
    return {"is": "turn", "at": turn.asked_at, "order": 2 if turn.is_left_to_person else 0, "turn": turn, "page": page}


def _begun(handover: Handover, had_by: Mapping[int, str]) -> dict[str, Any]:
    return {
        "is": "begun",
        "at": handover.begun_at,
        "order": 1,
        "by": handover.begun_by,
        "reason": handover.reason,
        "taken_from": had_by.get(handover.taken_from or 0),
    }


def _ended(handover: Handover) -> dict[str, Any]:
    return {"is": "ended", "at": handover.ended_at, "order": 4, "by": handover.ended_by}


def _passage(found: Mapping[str, Any], now: PassageNow | None) -> dict[str, Any]:
    same = now if now and now.title == found["title"] else None
    return {
        "title": found["title"],
        "score": found["score"],
        "source": same and same.source,
        "heading": same.heading if same else "",
        "text": same.text if same else "",
    }


def _model(used: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not used:
        return None
    cost = used.get("cost")
    fault = used.get("fault")
    return {
        "name": used.get("name", ""),
        "prompt_tokens": used.get("prompt_tokens"),
        "completion_tokens": used.get("completion_tokens"),
        "cost": None if cost is None else f"{cost / MICRO:.6f}".rstrip("0").rstrip("."),
        "is_estimated": used.get("is_estimated", False),
        "first_word": used.get("first_word"),
        "fault": _(_FAULTS.get(fault, fault)) if fault else None,
    }
