"""Each call that changes a workspace, with what it needs to succeed and the entry it leaves in the audit log.

`{lead}` in an address or a form names something in the world of the call: made when it is named, new for each call.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.cast import PASSWORD
from tests.trulybot.world import TYPED_ANSWER

ANOTHER_PASSWORD = "copper meadow lantern"
SETTINGS = "Changed settings"
TABLE = "question,answer\nWhen do you open?,At nine.\n"


class Change(NamedTuple):
    """`address` where the route's own parameters do not say enough; `needs` is what nothing in the call names."""

    leaves: str
    sent: Mapping[str, Any] = {}
    address: str = ""
    needs: tuple[str, ...] = ()


LEAVING = {
    # Signing in and one's own account.
    "POST /sign-in": Change("Signed in", {"email": "{email}", "password": PASSWORD}),
    "POST /sign-in/code": Change("Signed in", {"step": "{second_step}", "code": "{code}"}),
    "POST /api/auth/sign-in": Change("Signed in", {"email": "{email}", "password": PASSWORD}),
    "POST /welcome/{token:str}": Change("Set a new password by a link", {"password": ANOTHER_PASSWORD}),
    "POST /sign-out": Change("Signed out"),
    "POST /api/auth/sign-out": Change("Signed out"),
    "POST /account/shown-name": Change("Changed the name that visitors are told", {"shown_as": "Gopal"}),
    "POST /account/address": Change(
        "Changed their address", {"email": "{new}@acorn.example", "address_password": PASSWORD}
    ),
    "POST /account/password": Change("Changed their password", {"current": PASSWORD, "password": ANOTHER_PASSWORD}),
    "POST /account/sessions/{session_id:int}/deletion": Change("Ended a session"),
    "POST /account/sessions/deletion": Change("Ended all other sessions"),
    "POST /account/two-step/confirmation": Change("Switched two-step sign-in on", {"code": "{first_code}"}),
    "POST /account/two-step/recovery-codes": Change("Made new recovery codes", {"renewal_code": "{code}"}),
    "POST /account/two-step/deletion": Change(
        "Switched two-step sign-in off", {"password": PASSWORD, "code": "{code}"}
    ),
    # The team.
    "POST /settings/team/invitations": Change("Invited a teammate", {"email": "{new}@acorn.example", "role": "agent"}),
    "POST /settings/team/invitations/{invitation_id:int}/deletion": Change("Withdrew an invitation"),
    "POST /settings/team/{staff_id:int}/role": Change("Changed a role", {"role": "agent"}),
    "POST /settings/team/{staff_id:int}/deletion": Change("Removed a teammate"),
    "POST /settings/team/{staff_id:int}/ownership": Change("Handed over ownership"),
    "POST /settings/team/{staff_id:int}/password-link": Change("Made a password link"),
    "POST /settings/team/{staff_id:int}/two-step/deletion": Change(
        "Reset a teammate’s two-step sign-in", address="/settings/team/{two_step_staff}/two-step/deletion"
    ),
    "POST /settings/team/api-keys": Change("Made an API key", {"name": "Import", "scope": "agent"}),
    "POST /settings/team/api-keys/{key_id:int}/deletion": Change("Deleted an API key"),
    # Conversations.
    "POST /inbox/{conversation_id:str}/handover": Change("Took a conversation over"),
    "POST /api/conversations/{conversation_id:str}/handover": Change("Took a conversation over"),
    "POST /inbox/{conversation_id:str}/messages": Change("Took a conversation over", {"text": "Hello."}),
    "POST /inbox/{conversation_id:str}/handover/end": Change(
        "Gave a conversation back", address="/inbox/{held_conversation}/handover/end"
    ),
    "DELETE /api/conversations/{conversation_id:str}/handover": Change(
        "Gave a conversation back", address="/api/conversations/{held_conversation}/handover"
    ),
    "POST /inbox/{conversation_id:str}/answer": Change(
        "Made an answer from a conversation", TYPED_ANSWER, "/inbox/{conversation_id}/answer?turn={turn_id}"
    ),
    # Gaps.
    "POST /api/gaps/{gap_id:int}/attempt": Change(
        "Closed a question that finds an answer now", address="/api/gaps/{answered_gap}/attempt"
    ),
    "POST /gaps/{gap_id:int}/attempt": Change(
        "Closed a question that finds an answer now", address="/gaps/{answered_gap}/attempt"
    ),
    "POST /gaps/{gap_id:int}/answer": Change("Added an answer", TYPED_ANSWER),
    "POST /gaps/{gap_id:int}/deletion": Change("Took a gap off the list"),
    "DELETE /api/gaps/{gap_id:int}": Change("Took a gap off the list"),
    "POST /gaps/{gap_id:int}/return": Change("Put a gap back on the list", address="/gaps/{closed_gap}/return"),
    # Leads.
    "POST /leads/{lead_id:str}/status": Change("Changed the status of a lead", {"status": "won"}),
    "POST /leads/status": Change("Changed the status of leads", {"id": ["{lead_id}", "{other_lead}"], "status": "won"}),
    "PATCH /api/leads": Change("Changed the status of leads", {"ids": ["{lead_id}", "{other_lead}"], "status": "won"}),
    "POST /leads/{lead_id:str}/details": Change("Changed a lead", {"f-name": "Mira"}),
    "PATCH /api/leads/{lead_id:str}": Change("Changed a lead", {"name": "Mira"}),
    "POST /leads/{lead_id:str}/notes": Change("Wrote a note about a lead", {"text": "Call on Monday."}),
    "POST /api/leads/{lead_id:str}/notes": Change("Wrote a note about a lead", {"text": "Call on Monday."}),
    "POST /leads/merging/agreement": Change(
        "Merged two leads", {"kept": "{lead_id}", "id": ["{lead_id}", "{other_lead}"]}
    ),
    "POST /leads/{lead_id:str}/deletion": Change("Deleted a lead"),
    "DELETE /api/leads/{lead_id:str}": Change("Deleted a lead"),
    "POST /leads/deletion": Change("Deleted leads", {"id": ["{lead_id}", "{other_lead}"], "agreed": "yes"}),
    "POST /leads/restoration": Change("Undid the deletion of a lead", {"at": "{deleted_at}"}),
    "POST /leads/deleted/{lead_id:str}/restoration": Change(
        "Undid the deletion of a lead", address="/leads/deleted/{deleted_lead}/restoration"
    ),
    "POST /leads/deleted/{lead_id:str}/erasure": Change(
        "Erased a deleted lead", address="/leads/deleted/{deleted_lead}/erasure"
    ),
    "POST /lead-form": Change(SETTINGS, {"label-0": "{new}", "kind-0": "email", "before": "on"}),
    "POST /lead-settings/statuses": Change(SETTINGS, {"new": "{new}"}),
    "POST /lead-settings/mail": Change("Changed who is told of leads"),
    "POST /lead-settings/mail/trial": Change("Sent a trial mail to whoever is told of leads"),
    "POST /lead-settings/webhook": Change("Pointed the webhook to an address", {"url": "https://127.0.0.1/leads"}),
    "POST /lead-settings/webhook/secret": Change("Changed the webhook’s secret", needs=("webhook",)),
    "POST /lead-settings/webhook/trial": Change("Tried the webhook", needs=("webhook",)),
    "POST /lead-settings/webhook/activation": Change("Switched the webhook on", needs=("webhook",)),
    "POST /lead-settings/webhook/deletion": Change("Removed the webhook", needs=("webhook",)),
    "POST /lead-settings/deliveries/{delivery_id:str}/sending": Change("Sent a delivery of the webhook again"),
    # Knowledge.
    "POST /knowledge/add/{kind:str}": Change("Added a source", {"title": "{new}", "text": "We open at nine."}),
    "POST /api/text-upload": Change("Added a source", {"title": "{new}", "text": "We open at nine."}),
    "POST /api/documents": Change("Added a source", {"pairs": [{"question": "When?", "answer": "At nine."}]}),
    "POST /knowledge/reading": Change("Had a source read again", {"id": "{source_id}"}),
    "POST /knowledge/{source_id:str}/reading": Change("Had a source read again"),
    "POST /api/documents/{document_id:str}/reading": Change("Had a source read again"),
    "POST /knowledge/deletion": Change("Deleted a source", {"id": "{source_id}", "agreed": "yes"}),
    "POST /knowledge/{source_id:str}/deletion": Change("Deleted a source"),
    "DELETE /api/documents/{document_id:str}": Change("Deleted a source"),
    "POST /knowledge/return": Change("Brought back a source", {"id": "{deleted_source}"}),
    "POST /knowledge/erasure": Change("Erased a deleted source", {"id": "{deleted_source}"}),
    "POST /knowledge/{source_id:str}/lost/deletion": Change(
        "Forgot corrections that were lost", needs=("lost_correction",)
    ),
    "POST /knowledge/{source_id:str}/passages/{passage_id:int}": Change(
        "Corrected a passage", {"do": "correct", "text": "We open at ten."}
    ),
    "PATCH /api/documents/{document_id:str}/passages/{passage_id:int}": Change(
        "Left a passage out of all answers", {"excluded": True}
    ),
    "POST /answers": Change("Added an answer", TYPED_ANSWER),
    "POST /api/answers": Change("Added an answer", {"question": "When {new}?", "answer": "At nine."}),
    "POST /answers/{answer_id:int}": Change("Changed an answer", TYPED_ANSWER),
    "PATCH /api/answers/{answer_id:int}": Change("Changed an answer", {"answer": "At ten."}),
    "POST /answers/{answer_id:int}/deletion": Change("Deleted an answer"),
    "DELETE /api/answers/{answer_id:int}": Change("Deleted an answer"),
    "POST /answers/{answer_id:int}/return": Change(
        "Brought back an answer", address="/answers/{removed_answer}/return"
    ),
    "POST /answers/import": Change("Imported answers", {"file": TABLE.encode()}),
    "POST /api/answers/import": Change("Imported answers", {"file": TABLE.encode()}),
    # Home, the widget, the settings and mail.
    "POST /first-steps/dismissal": Change("Put the first steps away"),
    "POST /examples/deletion": Change("Removed the examples"),
    "PATCH /api/settings": Change(SETTINGS, {"contact": "{new}"}),
    "POST /settings": Change(SETTINGS, {"bot_name": "{new}", "welcome": "Hello.", "contact": ""}),
    "POST /settings/answers": Change(SETTINGS, {"refusal": "{new}", "tone": "plain"}),
    "POST /settings/model": Change(SETTINGS, {"max_tokens": "77", "temperature": "0", "moderation": "off"}),
    "POST /settings/model/place": Change(
        "Changed the language model", {"model_url": "http://127.0.0.1:9/v1", "model_name": "small"}
    ),
    "POST /settings/hours": Change(SETTINGS, {"time_zone": "Asia/Kolkata"}),
    "POST /settings/privacy": Change(SETTINGS, {"keep_events": "3650"}),
    "POST /settings/identify-secret": Change("Renewed the secret that identifies visitors"),
    "POST /widget": Change(
        SETTINGS,
        {
            "accent": "#0f766e",
            "mode": "auto",
            "position": "right",
            "offset": "33",
            "radius": "7",
            "teaser_seconds": "5",
            "locale": "auto",
            "links": "same",
            "storage": "local",
            "local_days": "30",
        },
    ),
    "POST /widget/sites": Change(SETTINGS, {"site": "https://{new}.example"}),
    "POST /widget/sites/deletion": Change(SETTINGS, {"site": "{site}"}),
    "POST /mails/trial": Change("Sent a trial mail"),
    "POST /mails/{mail_id:int}/sending": Change("Sent a mail again"),
}

SILENT = {
    # Visitors, about whom nothing stands in the log.
    "POST /chat": "a visitor asks",
    "POST /chat/lead": "a visitor leaves their details",
    "POST /chat/lead/declined": "a visitor does not leave their details",
    "POST /chat/new": "a visitor begins anew",
    "POST /api/chat": "a visitor asks",
    "DELETE /api/chat/{conversation:str}": "a visitor deletes their conversation",
    "DELETE /api/chat/{conversation:str}/turns/{turn_id:str}/stream": "a visitor stops an answer",
    "POST /api/chat/{conversation:str}/turns/{turn_id:str}/feedback": "a visitor says what they think",
    "POST /api/leads": "a visitor leaves their details",
    "POST /api/visitors/identify": "the owner’s server says who a visitor is",
    # Nothing changes.
    "POST /knowledge/try": "the answer is shown, and kept nowhere",
    "POST /widget/page-check": "a page is looked at",
    "POST /settings/model/check": "the model is asked for a word",
    "POST /api/settings/model-check": "the model is asked for a word",
    "POST /leads/merging": "leads to the page that asks which of the two stays",
    "POST /widget/drafts": "a preview is made, which is kept in memory for a while",
    "POST /widget/drafts/{draft:str}/api/leads": "a preview keeps no details",
    "POST /widget/drafts/{draft:str}/api/{rest:path}": "leads on to the visitors’ own route",
    "DELETE /widget/drafts/{draft:str}/api/{rest:path}": "leads on to the visitors’ own route",
    # Of no concern to anybody else.
    "POST /account/reading": "how one’s own pages read",
    "POST /inbox/read": "what is unread to oneself",
    "POST /inbox/{conversation_id:str}/unread": "what is unread to oneself",
    # Recorded elsewhere.
    "POST /account/two-step": "a secret counts once a code of it is confirmed, which leaves an entry",
    "POST /forgotten-password": "a stranger asks; that a link was mailed leaves an entry",
    "POST /api/conversations/{conversation_id:str}/messages": "the conversation keeps who wrote what",
}
