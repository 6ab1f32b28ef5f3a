"""How often one stranger may do one thing: token buckets in memory, bounded in number."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from trulybot.kit.errors import TooMany
from trulybot.kit.texts import N_, with_values

MOST_BUCKETS = 20_000


@dataclass(frozen=True)
class Limit:
    """At most `times` in a burst, refilled evenly over `seconds`."""

    name: str
    times: int
    seconds: float


class Limits:
    """The buckets of one process. A restart forgets them, which only ever helps the honest."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def spend(self, limit: Limit, key: str, amount: int = 1) -> None:
        """Take `amount` from the bucket of `key`; raises TooMany, with the seconds to wait, when it has less."""
        left, at = self._buckets.pop((limit.name, key), (float(limit.times), self._clock()))
        refill = limit.times / limit.seconds
        left = min(limit.times, left + (self._clock() - at) * refill)
        allowed = left >= amount
        self._buckets[limit.name, key] = (left - amount if allowed else left, self._clock())
        self._forget_oldest()
        if not allowed:
            wait = math.ceil((amount - left) / refill)
            raise TooMany(_sentence(wait), retry_after=wait)

    def charge(self, limit: Limit, key: str, amount: int) -> None:
        """Take what is known only afterwards, even more than there is: then the next has to wait the longer."""
        left, at = self._buckets.pop((limit.name, key), (float(limit.times), self._clock()))
        left = min(limit.times, left + (self._clock() - at) * limit.times / limit.seconds)
        self._buckets[limit.name, key] = (left - amount, self._clock())
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        while len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)


def _sentence(wait: int) -> str:
    """Never of one second, so that there is one form for all numbers."""
    if wait < 90:
        return with_values(N_("That was too often. Try again in %(number)s seconds."), number=max(wait, 2))
    return with_values(N_("That was too often. Try again in %(number)s minutes."), number=math.ceil(wait / 60))
