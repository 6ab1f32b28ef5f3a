"""Requests that an open dashboard makes by itself. They are no activity: a workspace falls asleep in spite of them,
and is not woken for them. Pure.
"""

from collections.abc import Container

HEADER = "x-looking-on"
PATHS = frozenset({"/live", "/inbox/live"})  # an EventSource sends no header of ours


def looks_on(path: str, headers: Container[str]) -> bool:
    """`headers` are names in lower case."""
    return path in PATHS or HEADER in headers
