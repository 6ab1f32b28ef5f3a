"""A visitor leaves their details: checked, merged into what is known of them, and on disk before they are thanked."""

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec
from sqlalchemy import Connection

from trulybot.kit import jobs
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.errors import Conflict, NotFound
from trulybot.kit.languages import Languages, Texts
from trulybot.kit.repeats import name_of_request
from trulybot.kit.texts import N_
from trulybot.leads import capture_queries, queries
from trulybot.leads.checking import checked
from trulybot.leads.forms import NewLead, Receipt
from trulybot.leads.models import Capture, Lead, Values, merged, shifts
from trulybot.leads.telling import TELLING
from trulybot.preferences.current import Choices
from trulybot.preferences.widget import Widget
from trulybot.visitors.knowing import Visitors
from trulybot.visitors.tokens import new_visitor

NO_FORM = N_("Nobody takes details here just now. Look for another way to reach us.")
USED_KEY = N_("This Idempotency-Key was used for other details. Send a new key with new details.")

TEXTS = Path(__file__).parent / "texts"

_PAGE = re.compile(r"https?://[^\s\x00-\x1f\x7f]+")


class Begun(Protocol):
    """A conversation, as far as it matters here."""

    @property
    def id(self) -> str: ...
    @property
    def visitor_id(self) -> str | None: ...


@dataclass(frozen=True)
class Leads:
    """Where visitors leave their details.

    `conversation_of` gives the conversation that a handle and a visitor prove, None where it was deleted; it raises
    NotFound on what proves none.
    """

    db: Database
    choices: Choices
    key: bytes
    visitors: Visitors
    conversation_of: Callable[[str, str | None], Begun | None]
    languages: Languages = Languages(TEXTS)

    async def leave(
        self, sent: NewLead, address: str, request_key: str | None = None, visitor_id: str | None = None
    ) -> Receipt:
        """Raises Unprocessable on what the owner's form does not take. No model is asked, so none can be missing."""
        chosen = await self.choices.now()
        form = chosen.lead_form
        if not form.is_used:
            raise NotFound(NO_FORM)
        begun = self.conversation_of(sent.conversation, visitor_id) if sent.conversation else None
        request = name_of_request(self.key, begun.id if begun else visitor_id or address, request_key)
        texts = self._texts(sent, chosen.widget)
        left = await asyncio.to_thread(checked, sent, form, texts)  # the first number loads the numbering plans
        capture = Capture(
            id=f"l_{secrets.token_urlsafe(12)}",
            conversation=begun.id if begun else None,
            visitor=visitor_id or (begun.visitor_id if begun else None) or new_visitor(),
            fields=left.fields,
            consent=left.consent,
            page=_web_address(sent.page),
            locale=sent.locale,
            captured_at=now(),
        )
        kept, is_repeat = await self.db.write(_keep, capture, left.values, request)
        token = self.visitors.token_for(kept.visitor or new_visitor())
        return Receipt(kept.id, is_repeat, token.visitor, token.visitor_expires_at)

    def _texts(self, sent: NewLead, widget: Widget) -> Texts:
        """In the visitor’s language, or in the owner’s own words."""
        return self.languages.texts[self.languages.best([sent.locale or ""])] | widget.texts


def _keep(connection: Connection, capture: Capture, values: Values, request: str | None) -> tuple[Capture, bool]:
    """What the visitor is told of, and whether they left something before.

    Whoever tries a stranger's address must not learn that we know it. So a visitor is told of a repeat only where they
    prove that it was theirs, by their token, the conversation or the request: whether an address was left by another
    shows neither in the status nor in the id they get, nor in what comes next.
    """
    if request and (earlier := capture_queries.asked_for(connection, request)):
        if earlier.fields != capture.fields:
            raise Conflict(USED_KEY)
        return earlier, True
    own = capture_queries.first_of(connection, capture.conversation, capture.visitor)
    known = queries.lead_with(connection, values, capture)
    if known:
        _merge(connection, known, capture, values)
    else:
        queries.add(connection, capture.id, values)
    capture_queries.add(connection, known.id if known else capture.id, capture, request)
    jobs.enqueue(connection, TELLING, capture.id)
    return msgspec.structs.replace(capture, id=own or capture.id), own is not None


def _merge(connection: Connection, known: Lead, capture: Capture, values: Values) -> None:
    is_own = not capture_queries.is_anybodys_else(connection, known.id, capture)
    after = merged(known.values, values, is_own=is_own)
    if changes := shifts(known.values, after):
        queries.rewrite(connection, known.id, after, changes, author=None)


def _web_address(page: str | None) -> str | None:
    """Only what may become a link for staff to follow."""
    return page if page and _PAGE.fullmatch(page) else None
