"""The webhook, and each thing that was sent by it."""

from typing import Literal

import msgspec

from trulybot.leads.models import Capture, Lead

State = Literal["waiting", "delivered", "failed"]
Kind = Literal["lead.captured", "trial"]


class Webhook(msgspec.Struct, frozen=True):
    url: str
    secret: str
    old_secret: str | None
    old_until: int | None
    failing_since: int | None
    off_at: int | None

    def keys(self, at: int) -> list[str]:
        """What to sign with."""
        if self.old_secret and self.old_until and at < self.old_until:
            return [self.secret, self.old_secret]
        return [self.secret]


class Delivery(msgspec.Struct, frozen=True):
    """`code` is the status of the last answer, where there was one; `fault` is one of FAULTS in showing."""

    id: str
    lead_id: str | None
    body: str
    state: State
    attempts: int
    code: int | None
    fault: str
    created_at: int
    tried_at: int | None

    @property
    def is_trial(self) -> bool:
        return self.lead_id is None


class News(msgspec.Struct, frozen=True):
    """What a webhook tells of; `again`: the lead was known before. `capture` is what was left, as it was written."""

    lead: Lead
    capture: Capture
    again: bool
    url: str


class Event(msgspec.Struct, frozen=True):
    """The body that is sent. `id` is the delivery’s, so that it is signed too."""

    id: str
    type: Kind
    timestamp: str
    data: News | None
