"""A visitor leaves their details: checked, merged into what is known of them, and on disk before they are thanked."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, NotFound
from trulybot.kit.repeats import name_of_request
from trulybot.leads import capture_queries, queries
from trulybot.leads.checking import checked
from trulybot.leads.forms import NewLead, Receipt
from trulybot.leads.models import Capture, Lead, Values, merged, shifts
from trulybot.preferences.current import Choices

NO_FORM = "Nobody takes details here just now. Look for another way to reach us."
USED_KEY = "This Idempotency-Key was used for other details. Send a new key with new details."


@dataclass(frozen=True)
class Leads:
    """Where visitors leave their details. `conversation_of` gives the id a handle proves; raises NotFound."""

    db: Database
    choices: Choices
    key: bytes
    conversation_of: Callable[[str], str]

    async def leave(self, sent: NewLead, address: str, request_key: str | None = None) -> Receipt:
        """Raises Unprocessable on what the owner's form does not take. No model is asked, so none can be missing."""
        form = (await self.choices.now()).lead_form
        if not form.is_used:
            raise NotFound(NO_FORM)
        conversation_id = self.conversation_of(sent.conversation) if sent.conversation else None
        request = name_of_request(self.key, conversation_id or address, request_key)
        left = await asyncio.to_thread(checked, sent, form)  # the first number loads the numbering plans
        capture = Capture(
            id=f"l_{secrets.token_urlsafe(12)}",
            conversation=conversation_id,
            fields=left.fields,
            consent=left.consent,
            page=_web_address(sent.page),
            locale=sent.locale,
            captured_at=now(),
        )
        return await self.db.write(_keep, capture, left.values, request)


def _keep(connection: Connection, capture: Capture, values: Values, request: str | None) -> Receipt:
    """Whoever tries a stranger's address must not learn that we know it.

    So a visitor is told of a repeat only where they prove that it was theirs, by its conversation or its request:
    whether an address was left elsewhere shows neither in the status nor in the id they get, nor in what comes next.
    """
    if request and (earlier := capture_queries.asked_for(connection, request)):
        if earlier.fields != capture.fields:
            raise Conflict(USED_KEY)
        return Receipt(earlier.id, merged=True)
    own = capture_queries.first_in(connection, capture.conversation)
    known = queries.lead_with(connection, values, capture.conversation)
    if known:
        _merge(connection, known, capture, values)
    else:
        queries.add(connection, capture.id, values)
    capture_queries.add(connection, known.id if known else capture.id, capture, request)
    return Receipt(own or capture.id, merged=own is not None)


def _merge(connection: Connection, known: Lead, capture: Capture, values: Values) -> None:
    here = capture.conversation
    is_own = here is not None and not capture_queries.is_known_elsewhere(connection, known.id, here)
    after = merged(known.values, values, is_own=is_own)
    if changes := shifts(known.values, after):
        queries.rewrite(connection, known.id, after, changes, author=None)


def _web_address(page: str | None) -> str | None:
    """Only what may become a link for staff to follow."""
    return page if page and page.startswith(("https://", "http://")) else None
