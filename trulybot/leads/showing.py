"""What the pages print of a lead. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from trulybot.leads.forms import LeadDetail
from trulybot.leads.models import Lead
from trulybot.preferences.models import OUR_NAMES

OURS = {"email": "E-mail", "phone": "Telephone", "name": "Name", "status": "Status"}


def line(lead: Lead) -> dict[str, Any]:
    """`title` is the best name there is for somebody; `ways` are how else they can be reached."""
    ways = [way for way in (lead.email, lead.phone) if way]
    title = lead.name or (ways[0] if ways else "Without a name")
    return {
        **{name: getattr(lead, name) for name in ("id", "status", "conversation", "note_count")},
        "title": title,
        "ways": [way for way in ways if way != title],
        "created_at": lead.created_at,
        "captured_at": lead.captured_at,
    }


def facts(detail: LeadDetail, labels: Mapping[str, str]) -> dict[str, Any]:
    """What is known beside the name, each with its label and an address to follow; and the consent given last."""
    agreed = next((capture for capture in reversed(detail.captures) if capture.consent), None)
    known = [
        {"label": OURS.get(name) or labels.get(name, name), "value": value, "href": _href(name, value)}
        for name, value in detail.values.items()
        if name != "name"
    ]
    return {"known": known, "agreed": agreed and msgspec.structs.asdict(agreed)}


def history(detail: LeadDetail, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each time something was left or changed, the latest first."""
    left: list[dict[str, Any]] = [
        {
            "at": capture.captured_at,
            "fields": [(labels.get(name, name), value) for name, value in capture.fields.items()],
            "page": capture.page,
            "conversation": capture.conversation,
            "consent": capture.consent,
        }
        for capture in detail.captures
    ]
    changed: list[dict[str, Any]] = [
        {
            "at": change.changed_at,
            "author": change.author,
            "label": OURS.get(change.field) or labels.get(change.field, change.field),
            "was": change.was,
            "became": change.became,
        }
        for change in detail.changes
    ]
    return sorted([*left, *changed], key=lambda each: int(each["at"]))[::-1]


def _href(name: str, value: str) -> str | None:
    if name not in OUR_NAMES or name == "name":
        return None
    if name == "phone":
        return f"tel:{value.partition(' ')[0]}"
    # A name before the @ may hold “?” or “&”, which would add headers to the mail.
    person, _, domain = value.rpartition("@")
    return f"mailto:{quote(person, safe='')}@{domain}"
