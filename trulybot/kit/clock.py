"""Time as the database keeps it: whole seconds since 1970, UTC."""

import time
from datetime import UTC, datetime

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def now() -> int:
    return int(time.time())


def as_datetime(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
