"""What should never happen in a hosted workspace: written down in it, and told to the gateway once that is reached."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from trulybot.contract import SecurityEvent
from trulybot.kit import jobs
from trulybot.kit.clock import HOUR
from trulybot.kit.events import Actor, record_some
from trulybot.kit.gateway import Gateway, NotReached

TELLING = "tell the gateway of a security event"
PATH = "/security-events"
MOST = 100  # an hour that are kept: strangers cause them


def note(connection: Connection, actor: Actor, action: str, event: SecurityEvent) -> None:
    if record_some(connection, actor, action, event.detail, most=MOST, seconds=HOUR):
        jobs.enqueue(connection, TELLING, msgspec.json.encode(event).decode())


@dataclass(frozen=True)
class Telling:
    gateway: Gateway

    async def tell(self, event: str) -> None:
        """The job."""
        answer = await self.gateway.post(PATH, event.encode())
        if not answer.is_good:
            raise NotReached(f"refused with {answer.status}")
