"""The owner's form as the chat page shows it below an answer. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from trulybot.chat.inviting import invitation_of
from trulybot.chat.models import Invitation, Turn
from trulybot.leads.checking import LONGEST
from trulybot.preferences.models import FieldKind, LeadField, LeadForm

INPUTS: dict[FieldKind, dict[str, str]] = {
    "email": {"type": "email", "autocomplete": "email"},
    "name": {"type": "text", "autocomplete": "name"},
    "phone": {"type": "tel", "autocomplete": "tel"},
    "text": {},
    "select": {},
}


def shown(form: LeadForm, values: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    """What the template prints; `values` and `errors` by the names of the owner's fields, and of `consent`."""
    return {
        "intro": form.intro,
        "consent": form.consent,
        "is_agreed": bool(values.get("consent")),
        "consent_error": errors.get("consent", ""),
        "fields": [_shown_field(field, form) | _typed(field, values, errors) for field in form.fields],
        "is_wrong": bool(errors),
        "on_request": form.on_request,
        "after_questions": form.after_questions,
    }


def standing_invitation(turns: Sequence[Turn], left_at: int | None, *, is_settled: bool) -> Invitation | None:
    """That of the last answer, until something was left after its question; who `is_settled` is asked if they wish."""
    if not turns or turns[-1].is_running or (left_at is not None and left_at >= turns[-1].asked_at):
        return None
    invitation = invitation_of(turns[-1])
    return None if invitation and is_settled and invitation.why == "unanswered" else invitation


def is_due(form: LeadForm, turns: Sequence[Turn], left_at: int | None, *, is_settled: bool) -> bool:
    """Whether it is asked for now, whatever was answered: before the chat, or after the questions the owner said.

    It `is_settled` for who left something or would rather not.
    """
    if is_settled or left_at is not None:
        return False
    if not turns:
        return form.before
    return form.after_questions is not None and len(turns) >= form.after_questions


def stands_in_the_way(form: LeadForm, turns: Sequence[Turn], *, is_due: bool) -> bool:
    """Nobody asks before they left what the owner requires."""
    return is_due and not turns and any(field.required for field in form.fields)


def _shown_field(field: LeadField, form: LeadForm) -> dict[str, Any]:
    return {
        "id": f"lead-{field.name}",
        "kind": field.kind,
        "label": field.label,
        "options": list(field.options),
        "longest": LONGEST[field.kind],
        "input": INPUTS[field.kind],
        "is_needed": form.is_needed(field),
        "is_optional": form.is_optional(field),
    }


def _typed(field: LeadField, values: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, str]:
    return {"value": values.get(field.name, ""), "error": errors.get(field.name, "")}
