"""Into a hosted workspace: the console signs a pass, which lets one person in, once, for an hour."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from trulybot.account import arriving_queries, queries, sessions
from trulybot.contract import PASS_LIFETIME, Pass, SecurityEvent
from trulybot.kit import passes, security_events
from trulybot.kit.clock import HOUR, now
from trulybot.kit.database import Database
from trulybot.kit.errors import Forbidden
from trulybot.kit.events import Actor, record
from trulybot.kit.hosting import Hosting
from trulybot.kit.sessions import Arrival
from trulybot.kit.texts import N_, _

LASTS = HOUR  # a hosted session, however much it is used: whoever is no member any more is out after it
FARTHEST = 2 * PASS_LIFETIME  # ahead, that a pass may expire: two clocks may differ


class NotLetIn(Forbidden):
    def __init__(self) -> None:
        super().__init__(_("This way in is for one time, one minute and one workspace. Go in from the console again."))


@dataclass(frozen=True)
class Arriving:
    db: Database
    hosting: Hosting

    def refuse_other_senders(self, origins: Sequence[str]) -> None:
        """In place of a token of ours, which the console's page cannot have. Raises NotLetIn."""
        if list(origins) != [self.hosting.now.console]:
            raise NotLetIn

    async def enter(self, text: str, arrival: Arrival) -> str:
        """The session's token; raises NotLetIn."""
        given = self.hosting.now
        shown = await asyncio.to_thread(passes.pass_in, text, given.signers)
        if shown is None:
            raise NotLetIn
        if shown.workspace != given.workspace:
            await self.db.write(_note_elsewheres, shown, arrival)
            raise NotLetIn
        return await self.db.write(_enter, shown, arrival)


def end_longer_sessions(connection: Connection) -> None:
    """At the start: of a workspace that became a hosted one, nobody stays in who was not sent."""
    arriving_queries.end_sessions_beyond(connection, now() + LASTS)


def _enter(connection: Connection, shown: Pass, arrival: Arrival) -> str:
    if not now() < shown.expires_at <= now() + FARTHEST or not arriving_queries.use(connection, shown):
        raise NotLetIn
    before = queries.staff_with(connection, shown.email)
    staff_id = arriving_queries.welcome(connection, shown.email, shown.role)
    if before is None:
        record(connection, Actor(shown.email, arrival.address), N_("Joined the team"), shown.email, shown.role)
    elif before.role != shown.role:
        record(connection, Actor(shown.email, arrival.address), N_("Changed a role"), shown.email, shown.role)
    return sessions.begin(connection, staff_id, arrival, LASTS)


def _note_elsewheres(connection: Connection, shown: Pass, arrival: Arrival) -> None:
    event = SecurityEvent("pass for another workspace", f"{shown.workspace} {shown.email} {arrival.address}")
    security_events.note(connection, Actor("", arrival.address), N_("Refused a pass for another workspace"), event)
