"""Leads are sent to the owner’s server: signed, tried again for a day, and switched off when that did not help."""

import logging
from dataclasses import dataclass

from sqlalchemy import Connection

from trulybot.account import queries as account_queries
from trulybot.kit import events, jobs, outbox
from trulybot.kit.backoff import wait_after
from trulybot.kit.clock import DAY, now
from trulybot.kit.database import Database
from trulybot.kit.letters import Letters
from trulybot.kit.net.opening import OpenWeb
from trulybot.kit.net.outcomes import Failed, Failure, Refused, Taken, Unreachable
from trulybot.kit.texts import N_
from trulybot.leads import signing, webhook_queries
from trulybot.leads.webhook_models import Delivery, Webhook

TELLING_OFF = "tell that the webhook was switched off"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Delivering:
    db: Database
    letters: Letters
    web: OpenWeb

    async def deliver(self, delivery_id: str) -> None:
        """The job. Cut off in the middle, it sends the same once more, under the same id."""
        found = await self.db.read(webhook_queries.due, delivery_id)
        if found is None:
            return
        hook, delivery = found
        outcome = await self._sent(hook, delivery)
        if isinstance(outcome, Taken):
            await self.db.write(webhook_queries.note_success, delivery.id, outcome.status)
        else:
            await self.db.write(_note_failure, delivery, outcome)

    async def tell_off(self, _: str) -> None:
        """The job that writes to the owner once the webhook was switched off."""
        hook, owner = await self.db.read(webhook_queries.webhook), await self.db.read(account_queries.owner)
        if hook is None or hook.off_at is None or owner is None:
            return
        letter = self.letters.write("webhook_off", url=hook.url)
        await self.db.write(
            outbox.send,
            key=f"webhook off {hook.off_at}",
            to=owner.email,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            source=letter.source,
        )

    async def _sent(self, hook: Webhook, delivery: Delivery) -> Taken | Failure:
        at, body = now(), delivery.body.encode()
        async with self.web(seconds=15, silence=10, connecting=5) as web:
            return await web.post(hook.url, body, signing.headers(delivery.id, at, body, hook.keys(at)))


def _note_failure(connection: Connection, delivery: Delivery, failure: Failure) -> None:
    wait = None if delivery.is_trial else wait_after(delivery.attempts + 1)
    code = failure.status if isinstance(failure, Failed) else None
    webhook_queries.note_failure(connection, delivery, code, fault_of(failure), wait)
    if wait is None and not delivery.is_trial and webhook_queries.switch_off(connection, now() - DAY):
        log.warning("The webhook was switched off after a day of failures.")
        events.record(connection, events.SERVER, N_("Switched off the webhook after a day of failures"))
        jobs.enqueue(connection, TELLING_OFF, "")


def fault_of(failure: Failure) -> str:
    """A word for it, which the page explains."""
    match failure:
        case Failed():
            return "redirect" if 300 <= failure.status < 400 else "status"
        case Refused():
            return "refused " + failure.reason
        case Unreachable():
            return failure.reason
        case _:
            return "time"
