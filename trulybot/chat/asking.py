"""A visitor asks: the question is saved, answered in a task of its own, and followed by whoever listens.

The turn goes on when its reader leaves, and is saved whole before it is called done.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import msgspec

from trulybot.chat import answering, handles, handover, handover_queries, queries, saving, streaming
from trulybot.chat.forms import Question
from trulybot.chat.inviting import inviting, may_invite
from trulybot.chat.live import Live
from trulybot.chat.models import NO_TURN, Answer, Asker, Conversation, Turn
from trulybot.kit.clock import now
from trulybot.kit.database import Database, NotStored
from trulybot.kit.errors import Conflict, Invalid, NotFound, Unavailable
from trulybot.kit.limits import Limit, Limits
from trulybot.kit.logs import without_words
from trulybot.kit.repeats import name_of_request
from trulybot.kit.security import keyed
from trulybot.kit.texts import N_
from trulybot.leads import queries as lead_queries
from trulybot.llm.prompts import Exchange
from trulybot.visitors.knowing import Visitors
from trulybot.visitors.tokens import Token, new_visitor

PING_SECONDS = 15.0
PER_CONVERSATION = Limit("conversation", times=30, seconds=60)
REMEMBERED = 4  # earlier questions of a conversation, when one is answered
USED_KEY = N_("This Idempotency-Key was used for another question. Send a new key with a new question.")

log = logging.getLogger(__name__)


@dataclass
class Chat:
    """All conversations of one process. `room` gives what answering needs at the moment of asking."""

    db: Database
    limits: Limits
    key: bytes
    stopping: asyncio.Event
    visitors: Visitors
    room: Callable[[], Awaitable[answering.Room]]
    live: dict[str, Live] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def ask(
        self, form: Question, address: str, request_key: str | None = None, visitor_id: str | None = None
    ) -> Turn:
        """The saved turn, being answered. A `request_key` that was used before gives the turn it made then."""
        question = form.question.strip()
        if not question or "\0" in question:
            raise Invalid("The question is empty. Write what you would like to know.")
        asker = self._asker(form.conversation, visitor_id)
        conversation_id = asker.conversation_id
        self.limits.spend(PER_CONVERSATION, conversation_id)
        scope = conversation_id if form.conversation else visitor_id or address
        asked = Turn(
            id=handles.new_id("t"),
            conversation_id=conversation_id,
            question=question,
            asked_at=now(),
            page=form.page,
        )
        room = await self.room()
        standing = self.db.glance(handover_queries.standing, conversation_id) if form.conversation else None
        if given := handover.silence(standing) if standing else answering.at_once(question, room.preferences):
            asked = asked.answered(self._inviting(given, asked, room))  # question and answer are one write
        request = name_of_request(self.key, scope, request_key)
        with self._answering(asked, room) as begun:  # the search runs while the question is being saved
            turn, is_new = await self.db.write(saving.save_question, asked, asker, form.locale, request)
            if turn.question != question:
                raise Conflict(USED_KEY)
            if not is_new:
                begun.cancel()
            elif live := self.live.get(turn.id):
                live.saved.set()
        return turn

    async def finished(self, turn: Turn) -> Turn:
        """The answered turn, at once when it is long done; raises Unavailable when its answer was cut off."""
        live = self.live.get(turn.id)
        found = await live.finished() if live else turn
        if found.is_running:
            found = await self.turn(turn.conversation_id, turn.id)
        if found.state == "interrupted":
            raise Unavailable(streaming.INTERRUPTED)
        return found

    async def turn(self, conversation_id: str, turn_id: str) -> Turn:
        found = await self.db.read(queries.turn, conversation_id, turn_id)
        if found is None:
            raise NotFound(NO_TURN)
        return found

    async def follow(self, turn: Turn, position: int | None) -> AsyncIterator[str]:
        """Event frames of a turn: all of them, or those after `position` (the last event id a reader saw)."""
        if position is None:
            yield streaming.opening(turn, self.handle_of(turn), self.token_of(turn))
        else:
            yield streaming.PING  # or else a reader who came back would hear nothing while nothing new is said
        position = position or 0
        live = self.live.get(turn.id) or Live(await self._as_kept(turn))
        while live.turn.is_running and not self.stopping.is_set():
            changed = live.changed
            if piece := streaming.tokens(live.said, position):
                position = len(live.said)
                yield piece
            elif not await _happens(changed, self.stopping, PING_SECONDS):
                yield streaming.PING
        if not self.stopping.is_set():
            for piece in streaming.closing(live.turn, position):
                yield piece

    def handle_of(self, turn: Turn) -> str:
        return handles.handle_of(turn.conversation_id, self.key)

    async def cut(self, turn: Turn) -> Turn:
        """The turn, ended where it is if it was still being answered; what was said of it stays."""
        if (live := self.live.get(turn.id)) and live.task:
            live.task.cancel()
            await live.finished()
        return await self.turn(turn.conversation_id, turn.id)

    def drop(self, conversation_id: str) -> None:
        """End the answers under way in a conversation that is gone."""
        for live in self.live.values():
            if live.turn.conversation_id == conversation_id and live.task:
                live.task.cancel()

    def as_of_now(self, turn: Turn) -> Turn:
        """With all that was said by now of an answer under way; on disk it may be a second behind."""
        live = self.live.get(turn.id)
        return msgspec.structs.replace(turn, answer=live.said) if live and turn.is_running else turn

    def token_of(self, turn: Turn) -> Token:
        """What the visitor of its conversation shows from now on."""
        found = self.db.glance(queries.conversation, turn.conversation_id)
        return self.visitors.token_for((found and found.visitor_id) or new_visitor())

    def conversation_of(self, handle: str, visitor_id: str | None) -> Conversation:
        """The one that a handle proves; raises NotFound, also where the visitor is known to be somebody else."""
        if (found := self.conversation_if_kept(handle, visitor_id)) is None:
            raise NotFound(handles.NO_CONVERSATION)
        return found

    def conversation_if_kept(self, handle: str, visitor_id: str | None) -> Conversation | None:
        """The same, but None where there was one and it is deleted."""
        found = self.db.glance(queries.conversation, handles.conversation_id_from(handle, self.key))
        if found and not self.visitors.may_be_one(found.visitor_id, visitor_id):
            raise NotFound(handles.NO_CONVERSATION)
        return found

    async def stop(self) -> None:
        """Give the turns under way a moment, then leave them marked as interrupted."""
        if self.tasks:
            _, late = await asyncio.wait(self.tasks, timeout=3)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _asker(self, handle: str | None, visitor_id: str | None) -> Asker:
        if handle is None:
            return Asker(visitor_id or new_visitor(), handles.new_id("c"), is_new=True)
        found = self.conversation_of(handle, visitor_id)
        return Asker(visitor_id or found.visitor_id or new_visitor(), found.id, is_new=False)

    async def _as_kept(self, turn: Turn) -> Turn:
        """Cut off where its visitor had it deleted a moment ago: who follows it already can be refused no more."""
        return await self.db.read(queries.turn, turn.conversation_id, turn.id) or turn.interrupted("")

    @contextmanager
    def _answering(self, asked: Turn, room: answering.Room) -> Iterator[asyncio.Task[None]]:
        """The task that answers, begun already; ended when the block fails, for then nothing was asked."""
        live = self.live[asked.id] = Live(asked)
        task = live.task = asyncio.create_task(self._answer(live, room))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        try:
            yield task
        except BaseException:
            task.cancel()
            raise

    async def _answer(self, live: Live, room: answering.Room) -> None:
        turn = live.turn
        try:
            if turn.is_running:
                turn = await self._answered(live, room)
        except (Exception, asyncio.CancelledError) as error:
            log.log(_level(error), "Turn %s was interrupted: %s", turn.id, without_words(error))
            turn = turn.interrupted(live.said)
            with suppress(NotStored):  # then the next start finds it running, and interrupts it
                await self.db.write(queries.interrupt, turn.id, live.said)
        finally:
            del self.live[turn.id]
            live.end(turn)

    async def _answered(self, live: Live, room: answering.Room) -> Turn:
        keeping = asyncio.create_task(live.keep(self.db))
        try:
            given = await answering.answer(self._asked(live, room), room, live.say)
        finally:
            keeping.cancel()
        given = self._inviting(given, live.turn, room)
        live.say(given.text[len(live.said) :])
        await self.db.write(saving.save_answer, live.turn, given)
        return live.turn.answered(given)

    def _inviting(self, given: Answer, turn: Turn, room: answering.Room) -> Answer:
        if not may_invite(given):
            return given
        is_known = self.db.glance(lead_queries.has_lead_of, turn.conversation_id)
        return inviting(given, turn.question, room.preferences, is_known=is_known)

    def _asked(self, live: Live, room: answering.Room) -> answering.Asked:
        turn = live.turn
        if room.model is None:
            return answering.Asked(turn.question)
        earlier = self.db.glance(queries.exchanges_before, turn, REMEMBERED)
        user = keyed(self.key, "model", turn.conversation_id)
        return answering.Asked(turn.question, [Exchange(*each) for each in earlier], user, live.saved)


def _level(error: BaseException) -> int:
    return logging.INFO if isinstance(error, asyncio.CancelledError) else logging.ERROR


async def _happens(changed: asyncio.Event, stopping: asyncio.Event, seconds: float) -> bool:
    """Whether one of the two comes within the time."""
    waits = [asyncio.ensure_future(event.wait()) for event in (changed, stopping)]
    try:
        done, _ = await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        return bool(done)
    finally:
        for wait in waits:
            wait.cancel()
