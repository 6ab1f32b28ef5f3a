"""What a site's robots.txt asks of us (RFC 9309)."""

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trulybot.kit.net.outcomes import Failed, Failure, Fetched, Refused
from trulybot.kit.net.urls import WebAddress

if TYPE_CHECKING:
    from protego import Protego

    from trulybot.kit.net.client import Web

NAME = "TrulyBot"
MOST_BYTES = 512 * 1024
LONGEST_DELAY = 10.0

AGENT_LINE = re.compile(r"^([ \t]*user[ -]?agent[ \t]*:?[ \t]*)([^\r\n#]*)", re.IGNORECASE | re.MULTILINE)


class Robots:
    """`delay` is the seconds asked for between two pages, at most LONGEST_DELAY."""

    def __init__(self, rules: "Protego | None") -> None:
        self._rules = rules
        self.delay = min(max((rules and rules.crawl_delay(NAME)) or 0.0, 0.0), LONGEST_DELAY)

    def allows(self, address: WebAddress) -> bool:
        return self._rules is None or self._rules.can_fetch(str(address), NAME)


async def robots_at(web: "Web", site: WebAddress, into: Path) -> Robots | Failure:
    """The site's wishes. None given (a 4xx) allows all; a site that cannot say so now is not read now."""
    address = str(msgspec.structs.replace(site, target="/robots.txt"))
    outcome = await web.get(address, into=into, most_bytes=MOST_BYTES)
    if isinstance(outcome, Fetched):
        text = outcome.path.read_text("utf-8", "replace")
        outcome.path.unlink()
        return await asyncio.to_thread(_robots, text)
    if isinstance(outcome, Failed) and outcome.status < 500 and outcome.status != 429:
        return Robots(None)
    # Redirected out of our reach: the site has no robots.txt of its own.
    if isinstance(outcome, Refused) and outcome.url != address:
        return Robots(None)
    return outcome


def _robots(text: str) -> Robots:
    from protego import Protego

    return Robots(Protego.parse(AGENT_LINE.sub(_known_agent, text)))


def _known_agent(line: re.Match[str]) -> str:
    """Agents other than us become one: the parser's work grows with their number times their rules."""
    named = line[2].strip().lower()
    return line[1] + (named if named == "*" or NAME.lower() in named else "another")
