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
    }


def standing_invitation(turns: Sequence[Turn], left_at: int | None) -> Invitation | None:
    """That of the last answer, until something was left after its question."""
    if not turns or turns[-1].is_running or (left_at is not None and left_at >= turns[-1].asked_at):
        return None
    return invitation_of(turns[-1])


def _shown_field(field: LeadField, form: LeadForm) -> dict[str, Any]:
    ways = [each for each in form.fields if each.kind in ("email", "phone")]
    is_needed = field.required or ways == [field]
    is_either = field in ways and not any(way.required for way in ways)
    return {
        "id": f"lead-{field.name}",
        "kind": field.kind,
        "label": field.label,
        "options": list(field.options),
        "longest": LONGEST[field.kind],
        "input": INPUTS[field.kind],
        "is_needed": is_needed,
        "is_optional": not is_needed and not is_either,
    }


def _typed(field: LeadField, values: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, str]:
    return {"value": values.get(field.name, ""), "error": errors.get(field.name, "")}
