"""Each time somebody leaves their details, the chosen teammates get a mail, and the owner’s server a message."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from trulybot.kit import outbox
from trulybot.kit.clock import HOUR, now
from trulybot.kit.database import Database
from trulybot.kit.events import Actor, record
from trulybot.kit.letters import Letter, Letters
from trulybot.kit.texts import N_
from trulybot.kit.times import machine
from trulybot.leads import capture_queries, queries, watching_queries, webhook_queries
from trulybot.leads.models import Capture, Lead
from trulybot.leads.showing import title_of
from trulybot.leads.watching_queries import Watcher
from trulybot.leads.webhook_models import Event, News
from trulybot.preferences.current import Choices

TELLING = "tell of a lead"
MOST_AN_HOUR = 60  # mails to each: a stranger with a script must not fill somebody's mailbox


class _Told(NamedTuple):
    lead: Lead
    capture: Capture
    again: bool
    watchers: list[Watcher]
    number: int  # of this within the last hour


@dataclass(frozen=True)
class Telling:
    """`address` gives the workspace's own, under which staff find the lead."""

    db: Database
    letters: Letters
    choices: Choices
    address: Callable[[], str]

    async def tell(self, capture_id: str) -> None:
        """The job. What was told already is not told again."""
        told = await self.db.read(_what_to_tell, capture_id)
        if told is None:
            return
        mails = [] if told.number > MOST_AN_HOUR else await self._mails(told)
        await self.db.write(_write, told, mails, self._event(told))

    async def try_out(self, actor: Actor) -> None:
        """The same mail about somebody who does not exist, to everybody who is told of leads."""
        at = now()
        lead = Lead(
            id="", status="new", email="mira@example.com", phone=None, name="Mira", fields={}, conversation=None,
            note_count=0, created_at=at, captured_at=at,
        )  # fmt: skip
        capture = Capture(
            id=f"trial_{secrets.token_urlsafe(12)}", conversation=None, visitor=None,
            fields={"email": "mira@example.com", "name": "Mira"}, consent=None, page=None, locale=None, captured_at=at,
        )  # fmt: skip
        watchers = [person for person in await self.db.read(watching_queries.watchers) if person.is_told]
        told = _Told(lead, capture, False, watchers, 1)
        await self.db.write(_write_trial, told, await self._mails(told, is_trial=True), actor)

    async def _mails(self, told: _Told, is_trial: bool = False) -> list[tuple[Watcher, Letter]]:
        labels = {field.name: field.label for field in (await self.choices.now()).lead_form.fields}
        given = {
            "title": title_of(told.lead),
            "fields": [(labels.get(name, name), value) for name, value in told.capture.fields.items()],
            "lead": told.lead,
            "capture": told.capture,
            "again": told.again,
            "is_trial": is_trial,
            "is_last": told.number == MOST_AN_HOUR,
        }
        return [(person, self.letters.write("lead", person.reader, **given)) for person in told.watchers]

    def _event(self, told: _Told) -> bytes:
        news = News(told.lead, told.capture, told.again, f"{self.address()}/leads/{told.lead.id}")
        event = Event(_delivery_id(told.capture), "lead.captured", machine(told.capture.captured_at), news)
        return msgspec.json.encode(event)


def _what_to_tell(connection: Connection, capture_id: str) -> _Told | None:
    """None where the lead was deleted meanwhile."""
    lead = queries.lead(connection, capture_id)
    if lead is None:
        return None
    captures = capture_queries.captures_of(connection, [lead.id])[lead.id]
    capture = next(each for each in captures if each.id == capture_id)
    number = capture_queries.number_since(connection, capture, capture.captured_at - HOUR, MOST_AN_HOUR + 1)
    watchers = [person for person in watching_queries.watchers(connection) if person.is_told]
    return _Told(lead, capture, captures[0].id != capture_id, watchers, number)


def _write(connection: Connection, told: _Told, mails: list[tuple[Watcher, Letter]], event: bytes) -> None:
    _write_mails(connection, told, mails)
    webhook_queries.add(connection, _delivery_id(told.capture), told.lead.id, event)


def _write_trial(connection: Connection, told: _Told, mails: list[tuple[Watcher, Letter]], actor: Actor) -> None:
    _write_mails(connection, told, mails)
    record(connection, actor, N_("Sent a trial mail to whoever is told of leads"), detail=f"{len(mails):,}")


def _write_mails(connection: Connection, told: _Told, mails: list[tuple[Watcher, Letter]]) -> None:
    for person, letter in mails:
        outbox.send(
            connection,
            key=f"{watching_queries.mail_key(told.capture.id)}{person.id}",
            to=person.email,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            source=letter.source,
            reply_to=told.lead.email,
        )


def _delivery_id(capture: Capture) -> str:
    return f"d_{capture.id}"
