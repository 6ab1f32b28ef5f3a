"""What the pages print of a lead. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from trulybot.kit.texts import N_, _
from trulybot.leads.forms import LeadDetail
from trulybot.leads.models import Lead, Status
from trulybot.leads.webhook_models import Delivery
from trulybot.preferences.models import OUR_NAMES

OURS = {"email": N_("E-mail"), "phone": N_("Telephone"), "name": N_("Name"), "status": N_("Status")}
FAULTS = {
    "status": N_("The server answered with an error."),
    "redirect": N_("The server sends us elsewhere. Enter the address it leads to."),
    "time": N_("The server took too long to answer."),
    "name": N_("There is no server by this name."),
    "connection": N_("The server could not be reached."),
    "certificate": N_("The server’s certificate is not valid for this address."),
    "broken": N_("The server’s answer was broken off."),
    "address": N_("The address leads to a private network, where nothing is sent."),
    "confirmation": N_("This host may not be sent to yet. Allow it in the console, under “What it may send”."),
    "port": N_("The address names a port that web sites do not use."),
    "switched off": N_("The webhook was switched off."),
}
OTHER_FAULT = N_("Nothing was sent to this address.")


def line(lead: Lead) -> dict[str, Any]:
    """`ways` are how they can be reached, beside what stands in the title."""
    ways = [way for way in (lead.email, lead.phone) if way]
    title = title_of(lead)
    return {
        **{name: getattr(lead, name) for name in ("id", "status", "conversation", "note_count")},
        "title": title,
        "ways": [way for way in ways if way != title],
        "created_at": lead.created_at,
        "captured_at": lead.captured_at,
    }


def title_of(lead: Lead) -> str:
    """The best name there is for somebody."""
    return lead.name or lead.email or lead.phone or _("Without a name")


def facts(detail: LeadDetail, labels: Mapping[str, str]) -> dict[str, Any]:
    """What is known beside the name, each with its label and an address to follow; and the consent given last."""
    agreed = next((capture for capture in reversed(detail.captures) if capture.consent), None)
    known = [
        {"label": _label(name, labels), "value": value, "href": _href(name, value)}
        for name, value in detail.values.items()
        if name != "name"
    ]
    return {"known": known, "agreed": agreed and msgspec.structs.asdict(agreed)}


def editable(detail: LeadDetail, labels: Mapping[str, str], typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each value there is or may be, with its label; what was typed last instead of what is known."""
    known: dict[str, str] = {name: getattr(detail, name) or "" for name in OUR_NAMES} | detail.fields
    names = dict.fromkeys([*known, *(name for name in labels if name not in ("email", "phone", "name"))])
    ours = {"email": _("E-mail"), "phone": _("Telephone"), "name": _("Name")}
    return [
        {
            "name": f"f-{name}",
            "label": ours.get(name) or labels.get(name, name),
            "value": typed.get(name, known.get(name, "")),
            "is_long": name not in OUR_NAMES,
        }
        for name in names
    ]


def delivery(found: Delivery) -> dict[str, Any]:
    """`said` is why it was not taken, in words."""
    kind = found.fault.removeprefix("refused ")
    said = _(FAULTS.get(kind, OTHER_FAULT)) if kind else ""
    return {**msgspec.structs.asdict(found), "is_trial": found.is_trial, "said": said}


def history(detail: LeadDetail, labels: Mapping[str, str], names: Mapping[Status, str]) -> list[dict[str, Any]]:
    """Each time something was left or changed, the latest first."""

    def word(field: str, value: str) -> str:
        return names.get(value, value) if field == "status" else value  # type: ignore[call-overload]

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
            "label": _label(change.field, labels),
            "was": word(change.field, change.was),
            "became": word(change.field, change.became),
        }
        for change in detail.changes
    ]
    return sorted([*left, *changed], key=lambda each: int(each["at"]))[::-1]


def _label(name: str, labels: Mapping[str, str]) -> str:
    return _(OURS[name]) if name in OURS else labels.get(name, name)


def _href(name: str, value: str) -> str | None:
    if name not in OUR_NAMES or name == "name":
        return None
    if name == "phone":
        return f"tel:{value.partition(' ')[0]}"
    # A name before the @ may hold “?” or “&”, which would add headers to the mail.
    person, _, domain = value.rpartition("@")
    return f"mailto:{quote(person, safe='')}@{domain}"
