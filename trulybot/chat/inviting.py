"""Whom the documents cannot help is invited to leave their details: the form comes with the answer. Pure."""

from datetime import datetime

import msgspec

from trulybot.chat.closed import said_of_hours
from trulybot.chat.language import language_of
from trulybot.chat.models import DECLINED, Answer, Invitation, Turn, WhyAsked
from trulybot.kit.clock import as_datetime, now
from trulybot.leads.offers import offer_in
from trulybot.preferences.models import LeadForm, Preferences

LEAVE = {
    "en": "Leave your details below and somebody gets back to you.",
    "es": "Deje sus datos abajo y alguien se pondrá en contacto con usted.",
    "devanagari": "नीचे अपनी जानकारी छोड़ दें, कोई आपसे संपर्क करेगा।",
}
CHECK = {
    "en": "Shall I note this for the team? Check it below.",
    "es": "¿Lo anoto para el equipo? Compruébelo abajo.",
    "devanagari": "क्या मैं इसे टीम के लिए लिख लूँ? नीचे जाँच लें।",
}
NOTED = {
    "en": "The team has your details. Somebody gets back to you.",
    "es": "El equipo ya tiene sus datos. Alguien se pondrá en contacto con usted.",
    "devanagari": "आपकी जानकारी टीम के पास है। कोई आपसे संपर्क करेगा।",
}


def may_invite(given: Answer) -> bool:
    """Whether it is an answer of the kind that may come with the form; moderation's is not."""
    decision = given.record.get("decision")
    return decision in ("person", "contact") or (given.kind == "refused" and decision != DECLINED)


def inviting(
    given: Answer, question: str, preferences: Preferences, *, is_known: bool, at: datetime | None = None
) -> Answer:
    """As `_inviting`; who wants somebody while nobody is there is told when somebody is, and offered the form."""
    closed = said_of_hours(preferences.hours, at or as_datetime(now()), question) if given.kind == "handover" else ""
    if not closed or not may_invite(given):
        return _inviting(given, question, preferences, is_known=is_known)
    form = preferences.lead_form
    always = msgspec.structs.replace(form, on_request=True) if form.is_used else form
    invited = _inviting(given, question, msgspec.structs.replace(preferences, lead_form=always), is_known=is_known)
    return msgspec.structs.replace(invited, text="\n\n".join(part for part in (closed, invited.text) if part))


def _inviting(given: Answer, question: str, preferences: Preferences, *, is_known: bool) -> Answer:
    """The answer with the invitation, or as it was where the owner's form is for other moments.

    Who `is_known`, because they left their details in this conversation, is not asked again, but may offer others.
    What the owner wrote stays as it is: the form below it has words of its own.
    """
    form = preferences.lead_form
    wants_somebody = given.kind == "handover"
    if not may_invite(given) or not (form.on_request if wants_somebody else form.unanswered or form.on_request):
        return given
    if _offers(question, form):
        return _recorded(_with(given, preferences, CHECK, question), "offer")
    if is_known:
        return _with(given, preferences, NOTED, question) if wants_somebody else given
    if wants_somebody:
        return _recorded(given if preferences.contact else _with(given, preferences, LEAVE, question), "request")
    return _recorded(given, "unanswered") if form.unanswered else given


def invitation_of(turn: Turn) -> Invitation | None:
    """What an answer came with. Nothing that was offered is kept but the visitor's own words."""
    why: WhyAsked | None = turn.record.get("invited")
    if why is None:
        return None
    return Invitation(why, msgspec.to_builtins(offer_in(turn.question)) if why == "offer" else {})


def _offers(question: str, form: LeadForm) -> bool:
    offered, asked = offer_in(question), {field.kind for field in form.fields}
    return bool((offered.email and "email" in asked) or (offered.phone and "phone" in asked))


def _with(given: Answer, preferences: Preferences, sentences: dict[str, str], question: str) -> Answer:
    """Behind what the owner says to it, and in place of “I can’t put you through to a person here”."""
    said = preferences.contact if given.kind == "handover" else given.text
    sentence = sentences.get(language_of(question), sentences["en"])
    return msgspec.structs.replace(given, text="\n\n".join(part for part in (said, sentence) if part))


def _recorded(given: Answer, why: WhyAsked) -> Answer:
    return msgspec.structs.replace(given, record={**given.record, "invited": why})
