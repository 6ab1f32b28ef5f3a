"""A provider that fails again and again is left alone for a while; then one call finds out whether it is back."""

import time
from collections.abc import Callable

FAILURES = 5  # in a row
SECONDS = 30.0


class Breaker:
    def __init__(
        self, clock: Callable[[], float] = time.monotonic, failures: int = FAILURES, seconds: float = SECONDS
    ) -> None:
        self._clock = clock
        self._most = failures
        self._seconds = seconds
        self._failures = 0
        self._opened_at: float | None = None

    @property
    def is_open(self) -> bool:
        return self._opened_at is not None

    def allows(self) -> bool:
        """Whether to call. Of those who ask once the time is over, one may; the others rest another time."""
        if self._opened_at is None:
            return True
        if self._clock() - self._opened_at < self._seconds:
            return False
        self._opened_at = self._clock()
        return True

    def succeeded(self) -> None:
        self._failures = 0
        self._opened_at = None

    def failed(self) -> None:
        self._failures += 1
        if self._failures >= self._most:
            self._opened_at = self._clock()
