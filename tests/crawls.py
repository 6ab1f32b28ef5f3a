"""Crawling a site of `tests.web_site`, and what was read of it."""

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

from tests.web_site import Page, Site
from trulybot.kit.net.client import Limits, Web
from trulybot.kit.net.outcomes import Fetched
from trulybot.knowledge.fetching.crawling import crawl
from trulybot.knowledge.fetching.visits import Known, Visit
from trulybot.knowledge.models import Walk

LIMITS = Limits(most_bytes=2**20, seconds=5, silence=2, connecting=1)
LOOPBACK = ip_address("127.0.0.1")


async def crawled(
    web: Web, site: Site, into: Path, known: Mapping[str, Known] | None = None, **bounds: object
) -> list[Visit]:
    walk = Walk(**bounds)  # type: ignore[arg-type]
    return [visit async for visit in crawl(web, f"{site.address}/", walk, into=into, known=known)]


def read(site: Site, visits: list[Visit]) -> list[str]:
    return [visit.url.removeprefix(site.address) for visit in visits if isinstance(visit.outcome, Fetched)]


def robots(site: Site, *lines: str) -> None:
    site.pages["/robots.txt"] = Page("\n".join(lines).encode(), headers={"Content-Type": "text/plain"})
