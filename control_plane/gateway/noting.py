"""Each call as a row, written a second later and together with others: no workspace waits for our disk."""

import asyncio
import logging
import time
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from control_plane.gateway import queries
from control_plane.gateway.models import Call, Caller
from trulybot.kit.clock import now
from trulybot.kit.database import Database, NotStored

GATHERED_SECONDS = 1.0

# In a request's state; NOTED_LATER where it is known only later what was used, and `add` is called then.
CALLER, VERB, AMOUNT, NOTED_LATER = "caller", "verb", "amount", "noted_later"

log = logging.getLogger(__name__)


class Noting:
    """An ASGI layer around those routes that know their caller. `close` it before the database."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._calls: list[Call] = []
        self._gathering: asyncio.Task[None] | None = None
        self._closed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send, app: ASGIApp) -> None:
        began, status, is_noted = time.perf_counter(), 0, False

        def note() -> None:
            nonlocal is_noted
            if not is_noted:
                self._note(scope["state"], status, time.perf_counter() - began)
            is_noted = True

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif not message.get("more_body", False):
                note()  # what is done after the answer is nobody's waiting
            await send(message)

        try:
            await app(scope, receive, noted)
        finally:
            note()

    def add(self, call: Call) -> None:
        if self._closed:
            return
        self._calls.append(call)
        if self._gathering is None or self._gathering.done():
            self._gathering = asyncio.create_task(self._gather())

    async def close(self) -> None:
        self._closed = True
        if self._gathering:
            self._gathering.cancel()
            await asyncio.wait([self._gathering])
        await self._write()

    def _note(self, state: dict[str, Any], status: int, seconds: float) -> None:
        caller: Caller | None = state.get(CALLER)
        if caller is None or state.get(NOTED_LATER):
            return
        self.add(
            Call(
                at=now(),
                workspace=caller.workspace,
                verb=state[VERB],
                status=status,
                milliseconds=round(1000 * seconds),
                amount=state.get(AMOUNT, 0),
            )
        )

    async def _gather(self) -> None:
        while self._calls:
            await asyncio.sleep(GATHERED_SECONDS)
            await self._write()

    async def _write(self) -> None:
        calls, self._calls = self._calls, []
        if not calls:
            return
        try:
            await self._db.write(queries.note_calls, calls)
        except NotStored:
            log.error("%d calls of workspaces could not be noted", len(calls))
