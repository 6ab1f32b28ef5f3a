"""Who may ask the model next, once it has had too many requests: each conversation in turn, not who asks most."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable

MOST_WAITING = 200
FIRST_REST = 1.0  # seconds, where the provider does not say how long


class FairTurns:
    """Costs nothing until `Turn.limited` is called. From then on one call tries whether the limit is over; as calls
    are accepted more may be under way at once, and when nobody waits any more all may go again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most_waiting: int = MOST_WAITING) -> None:
        self._clock = clock
        self._most_waiting = most_waiting
        self._rests_until = 0.0
        self._window: int | None = None
        self._under_way = 0
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._waking: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        return sum(map(len, self._waiting.values()))

    async def come(self, who: str, seconds: float) -> "Turn | None":
        """Leave to call, within the time; None when it would take longer, or when too many wait already."""
        if not self._waiting and self._may_go():
            return self._gone()
        if self.waiting >= self._most_waiting or self._rests_until - self._clock() > seconds:
            return None
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(who, deque()).append(place)
        self._let_go()
        try:
            await asyncio.wait([place], timeout=max(0.0, seconds))
        except asyncio.CancelledError:
            self._give_up(who, place)
            raise
        if place.done():
            return Turn(self)
        self._give_up(who, place)
        return None

    def _may_go(self) -> bool:
        return self._clock() >= self._rests_until and (self._window is None or self._under_way < self._window)

    def _gone(self) -> "Turn":
        self._under_way += 1
        return Turn(self)

    def _give_up(self, who: str, place: asyncio.Future[None]) -> None:
        if place.done():
            self._end(accepted=False)
            return
        self._waiting[who].remove(place)
        if not self._waiting[who]:
            del self._waiting[who]

    def _end(self, accepted: bool) -> None:
        self._under_way -= 1
        if self._window is not None and accepted:
            self._window = self._window + 1 if self._waiting else None
        self._let_go()

    def _rest(self, seconds: float) -> None:
        self._under_way -= 1
        self._rests_until = max(self._rests_until, self._clock() + seconds)
        self._window = 1
        self._let_go()

    def _let_go(self) -> None:
        while self._waiting and self._may_go():
            who, places = self._waiting.popitem(last=False)
            places.popleft().set_result(None)
            self._under_way += 1
            if places:
                self._waiting[who] = places  # behind all others
        if self._waking:
            self._waking.cancel()
            self._waking = None
        rest = self._rests_until - self._clock()
        if self._waiting and rest > 0:
            self._waking = asyncio.get_running_loop().call_later(rest, self._let_go)


class Turn:
    """Leave for one call. Ends once, however often it is told to."""

    def __init__(self, turns: FairTurns) -> None:
        self._turns: FairTurns | None = turns

    def accepted(self) -> None:
        """The provider has begun to answer."""
        self._end(lambda turns: turns._end(accepted=True))

    def limited(self, retry_after: float | None) -> None:
        self._end(lambda turns: turns._rest(FIRST_REST if retry_after is None else retry_after))

    def leave(self) -> None:
        self._end(lambda turns: turns._end(accepted=False))

    def _end(self, tell: Callable[[FairTurns], None]) -> None:
        if turns := self._turns:
            self._turns = None
            tell(turns)
