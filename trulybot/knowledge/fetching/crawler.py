"""The crawler of one site: who is due, what came of it, and which links lead on."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from trulybot.kit.net.outcomes import Failed, Fetched, NotModified, Outcome, Refused, Version
from trulybot.kit.net.urls import NotAWebAddress, WebAddress, found_address, web_address
from trulybot.knowledge.fetching.canonical import at_site, canonical
from trulybot.knowledge.fetching.frontier import Frontier
from trulybot.knowledge.fetching.links import Links, links_of
from trulybot.knowledge.fetching.pages import HTML, READABLE
from trulybot.knowledge.fetching.robots import Robots
from trulybot.knowledge.fetching.visits import Known, Skipped, Visit
from trulybot.knowledge.models import Walk

if TYPE_CHECKING:
    from trulybot.kit.net.client import Web

AT_ONCE = 2
TRIES_PER_PAGE = 3
LONGEST_WAIT = 30


class Crawler:
    def __init__(
        self,
        web: "Web",
        site: WebAddress,
        robots: Robots,
        walk: Walk,
        known: Mapping[str, Known],
        folder: Path,
        *,
        follow: bool,
    ) -> None:
        self._web, self._site, self._robots, self._walk, self._known = web, site, robots, walk, known
        self._folder, self._follow = folder, follow
        self._frontier = Frontier(walk.pages)
        self._asked_for: frozenset[str] = frozenset()
        self._turn = asyncio.Lock()

    def begin(self, wanted: Mapping[str, int]) -> None:
        self._asked_for = frozenset(wanted)
        for url, depth in wanted.items():
            address = at_site(web_address(url), self._site)
            if address and (address == self._site or self._walk.wants(address)):
                self._frontier.add(address, depth)

    async def visits(self) -> AsyncGenerator[Visit, None]:
        running: deque[asyncio.Task[Visit | None]] = deque()
        read, tries = 0, TRIES_PER_PAGE * self._walk.pages + AT_ONCE
        try:
            while read < self._walk.pages:
                while len(running) < min(AT_ONCE, self._walk.pages - read) and tries and (due := self._frontier.next()):
                    running.append(asyncio.create_task(self._visit(*due)))
                    tries -= 1
                if not running:
                    return
                if visit := await running.popleft():
                    read += isinstance(visit.outcome, Fetched | NotModified)
                    yield visit
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _visit(self, address: WebAddress, depth: int) -> Visit | None:
        """The page's visit, or None where a link turned out to lead to nothing of ours."""
        if not self._robots.allows(address):
            return self._left_out(address, depth, "robots")
        outcome = await self._get(address, self._version(address, depth))
        visit = await self._judged(address, depth, outcome)
        if isinstance(outcome, Fetched) and not (visit and visit.outcome is outcome):
            outcome.path.unlink()
        return visit

    async def _judged(self, address: WebAddress, depth: int, outcome: Outcome) -> Visit | None:
        if not isinstance(outcome, Fetched | NotModified):
            is_just_a_file = isinstance(outcome, Refused) and outcome.reason == "type"
            return None if is_just_a_file and not self._is_expected(address) else self._came_of(address, depth, outcome)
        landed = at_site(canonical(web_address(outcome.url)), self._site)
        if landed is None or (landed != address and not self._takes(landed)):
            return self._left_out(address, depth, "moved")
        if isinstance(outcome, Fetched) and outcome.content_type in HTML:
            return await self._read(landed, depth, outcome)
        return self._came_of(landed, depth, outcome) if self._walk.wants(landed) else None

    async def _read(self, address: WebAddress, depth: int, page: Fetched) -> Visit | None:
        links = await asyncio.to_thread(links_of, page.path, page.charset, page.robots_tag)
        base = _address(links.base, web_address(page.url)) or web_address(page.url)
        if links.follow and self._leads_on(depth):
            for linked in await asyncio.to_thread(self._addresses, links, base):
                self._frontier.offer(linked, depth + 1)
        if not links.index:
            return self._left_out(address, depth, "robots")
        own = self._canonical_of(links, base, address)
        if own != address and not self._takes(own):
            return self._left_out(address, depth, "moved")
        return self._came_of(own, depth, page) if self._walk.wants(own) else None

    def _addresses(self, links: Links, base: WebAddress) -> list[WebAddress]:
        linked = filter(None, (_address(href, base) for href in dict.fromkeys(links.hrefs)))
        own = filter(None, (at_site(canonical(address), self._site) for address in linked))
        return [address for address in own if self._walk.wants(address)]

    def _canonical_of(self, links: Links, base: WebAddress, address: WebAddress) -> WebAddress:
        """What the page calls itself, unless that is the front page: many a template says so of every page."""
        named = _address(links.canonical, base)
        own = named and at_site(canonical(named), self._site)
        return own if own and own.target != "/" else address

    def _version(self, address: WebAddress, depth: int) -> Version | None:
        known = self._known.get(str(address))
        return known.version if known and not self._leads_on(depth) else None

    def _leads_on(self, depth: int) -> bool:
        return self._follow and depth < self._walk.depth

    def _takes(self, address: WebAddress) -> bool:
        """Whether this other address of the page is ours to read, and was not read or queued already."""
        return self._walk.wants(address) and self._robots.allows(address) and self._frontier.claim(address)

    def _is_expected(self, address: WebAddress) -> bool:
        return str(address) in self._asked_for

    def _left_out(self, address: WebAddress, depth: int, reason: Literal["robots", "moved"]) -> Visit | None:
        return self._came_of(address, depth, Skipped(str(address), reason)) if self._is_expected(address) else None

    def _came_of(self, address: WebAddress, depth: int, outcome: Outcome | Skipped) -> Visit:
        return Visit(str(address), depth, outcome, len(self._frontier))

    async def _get(self, address: WebAddress, version: Version | None) -> Outcome:
        outcome = await self._politely(address, version)
        if isinstance(outcome, Failed) and outcome.retry_after is not None and outcome.retry_after <= LONGEST_WAIT:
            await asyncio.sleep(outcome.retry_after)
            return await self._politely(address, version)
        return outcome

    async def _politely(self, address: WebAddress, version: Version | None) -> Outcome:
        if self._robots.delay:
            async with self._turn:
                await asyncio.sleep(self._robots.delay)
        return await self._web.get(str(address), into=self._folder, known=version, types=READABLE)


def _address(href: str | None, base: WebAddress) -> WebAddress | None:
    try:
        return found_address(href, base) if href else None
    except NotAWebAddress:
        return None
