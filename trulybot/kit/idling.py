"""A hosted workspace that nobody needs says so to the gateway, and is stopped; the next request wakes it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from trulybot.contract import Idle
from trulybot.kit.clock import MINUTE, now
from trulybot.kit.gateway import Gateway, NotReached
from trulybot.kit.logs import without_words
from trulybot.kit.looking_on import looks_on

PATH = "/idle"
HEALTH = "/up"
LOOK_AGAIN = 5.0  # seconds, while there is still something to do
SAY_AGAIN = 30.0  # seconds, where it was said and we still run
WORTH_SLEEPING = MINUTE  # until the next job

log = logging.getLogger(__name__)


class Activity:
    """What is asked of this process at this moment, and when something last was."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._under_way = 0
        self._last = clock()

    @contextmanager
    def of(self, scope: Any) -> Iterator[None]:
        """While a request is answered, or a stream is open; neither a health check nor an open dashboard counts."""
        if scope["type"] != "http" or _is_none(scope):
            yield
            return
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._last = self._clock()

    def silence(self) -> float:
        """Seconds for which nothing was asked."""
        return 0.0 if self._under_way else self._clock() - self._last


class Work(NamedTuple):
    """What there is to do without being asked: now, and next."""

    is_under_way: bool
    next_at: int | None


class Idling:
    """`seconds` of silence make a workspace idle; they may change, and so may its work."""

    def __init__(
        self, activity: Activity, gateway: Gateway, seconds: Callable[[], int], work: Callable[[], Awaitable[Work]]
    ) -> None:
        self._activity = activity
        self._gateway = gateway
        self._seconds = seconds
        self._work = work

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            wait = self._seconds() - self._activity.silence()
            if wait <= 0:
                wait = await self._look()
            await asyncio.sleep(wait)

    async def _look(self) -> float:
        """Say that we are idle, if we are; the seconds after which to look again."""
        try:
            work = await self._work()
            if work.is_under_way or (work.next_at is not None and work.next_at <= now() + WORTH_SLEEPING):
                return LOOK_AGAIN
            answer = await self._gateway.tell(PATH, Idle(work.next_at))
            log.info("Idle, and said so: %s", answer.status)
        except NotReached as reason:
            log.warning("Idle, but the gateway could not be told: %s", reason)
        except Exception as error:
            # The disk is full, say. To stay awake is the safe side.
            log.error("Whether there is work cannot be seen: %s", without_words(error))
        return SAY_AGAIN


def _is_none(scope: Any) -> bool:
    return scope["path"] == HEALTH or looks_on(scope["path"], {name.decode("latin-1") for name, _ in scope["headers"]})
