"""A language model as it is called for visitors: tried once more, left alone while it fails, asked in fair turns."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from trulybot.llm.breaker import Breaker
from trulybot.llm.fair_turns import FairTurns, Turn
from trulybot.llm.speech import Ended, Event, Failed, Fault, Prompt, Speaker

MOST_SECONDS_WAITED = 6.0  # for the provider's rate limit; then quoting is the better answer
PAUSE = 0.2  # before the second try

# Not `slow`: a visitor who has waited that long shall not wait again.
TRIED_AGAIN: frozenset[Fault] = frozenset(["unreachable", "broken", "nonsense"])
NOT_ITS_FAILURE: frozenset[Fault] = frozenset(["too many requests", "filtered"])
OF_ONE_PROMPT = frozenset([400, 413, 422])  # what it answers to a prompt that is too long; it may take the next one


class Steady:
    """Gives what the provider gives; a failure is retried only while nothing has been said."""

    def __init__(self, provider: Speaker, clock: Callable[[], float] = time.monotonic) -> None:
        self.breaker = Breaker(clock)
        self.turns = FairTurns(clock)
        self._provider = provider
        self._clock = clock

    @property
    def model(self) -> str:
        return self._provider.model

    async def speak(self, prompt: Prompt) -> AsyncGenerator[Event, None]:
        waits_until = self._clock() + MOST_SECONDS_WAITED
        tries = 0
        while True:
            if not self.breaker.allows():
                yield Failed("resting")
                return
            turn = await self.turns.come(prompt.user, waits_until - self._clock())
            if turn is None:
                yield Failed("busy")
                return
            failed: Failed | None = None
            has_spoken = False
            async with aclosing(self._called(prompt, turn)) as events:
                async for event in events:
                    if isinstance(event, Failed) and not has_spoken:
                        failed = event
                        break
                    has_spoken = True
                    yield event
            if failed is None:
                return
            if failed.fault == "too many requests":
                continue
            tries += 1
            if tries > 1 or failed.fault not in TRIED_AGAIN:
                yield failed
                return
            await asyncio.sleep(PAUSE)

    async def _called(self, prompt: Prompt, turn: Turn) -> AsyncGenerator[Event, None]:
        """One call, of which the breaker and those who wait are told."""
        try:
            async with aclosing(self._provider.speak(prompt)) as events:
                async for event in events:
                    self._learn(event, turn)
                    yield event
        finally:
            turn.leave()

    def _learn(self, event: Event, turn: Turn) -> None:
        if isinstance(event, Failed):
            if event.fault == "too many requests":
                turn.limited(event.retry_after)
            if event.fault not in NOT_ITS_FAILURE and event.status not in OF_ONE_PROMPT:
                self.breaker.failed()
            return
        turn.accepted()
        if isinstance(event, Ended):
            self.breaker.succeeded()
