"""When to try again what somebody else’s server did not take: soon at first, and for about a day. Pure."""

from trulybot.kit.clock import HOUR, MINUTE

WAITS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 14 * HOUR)  # 24 h 21 min in all


def wait_after(attempts: int) -> int | None:
    """Seconds until the next try when so many failed; None when it is time to give up."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None
