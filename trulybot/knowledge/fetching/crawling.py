"""Reading one site, page after page, politely and within the owner's bounds.

All pages known are visited too, each at its own depth, so that a page whose way in is out of order today is not lost.
Where no link will be followed they are asked for with their version, and an unchanged one is yielded as NotModified.
Where links will be, the page itself is needed: a walk cut short has not been everywhere its pages lead.
"""

import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from trulybot.kit.net.outcomes import Failure, Fetched, NotModified, Refused
from trulybot.kit.net.urls import NotAWebAddress, WebAddress, web_address
from trulybot.knowledge.fetching.canonical import canonical
from trulybot.knowledge.fetching.crawler import TRIES_PER_PAGE, Crawler
from trulybot.knowledge.fetching.pages import READABLE
from trulybot.knowledge.fetching.robots import Robots, robots_at
from trulybot.knowledge.fetching.sitemaps import addresses_in
from trulybot.knowledge.fetching.visits import Known, Skipped, Visit
from trulybot.knowledge.models import Walk

if TYPE_CHECKING:
    from trulybot.kit.net.client import Web


async def crawl(
    web: "Web", start: str, walk: Walk, *, into: Path, known: Mapping[str, Known] | None = None
) -> AsyncGenerator[Visit, None]:
    """Visits from `start` outwards, the nearest first. The file of a page is deleted when the next one is asked for."""
    site = await _site_of(web, start, known or {}, into)
    if not isinstance(site, WebAddress):
        yield Visit(start, 0, site, ends_walk=True)
        return
    wanted = {url: page.depth for url, page in (known or {}).items()}
    async with aclosing(_visits(web, site, wanted | {str(site): 0}, walk, known or {}, into, follow=True)) as visits:
        async for visit in visits:
            yield visit


async def read_sitemap(
    web: "Web", sitemap: str, walk: Walk, *, into: Path, known: Mapping[str, Known] | None = None
) -> AsyncGenerator[Visit, None]:
    """Visits to the pages a sitemap lists, in its order, without following their links."""
    found = await addresses_in(web, sitemap, walk.pages * TRIES_PER_PAGE, into)
    if not isinstance(found, list):
        yield Visit(sitemap, 0, found, ends_walk=True)
        return
    wanted = {str(canonical(address)): 0 for address in found if walk.wants(canonical(address))}
    if not wanted:
        yield Visit(sitemap, 0, Skipped(sitemap, "sitemap"), ends_walk=True)
        return
    async with aclosing(_visits(web, found[0], wanted, walk, known or {}, into, follow=False)) as visits:
        async for visit in visits:
            yield visit


async def _site_of(web: "Web", start: str, known: Mapping[str, Known], into: Path) -> WebAddress | Failure:
    """Where the site really lives: example.com may send everyone to www.example.com."""
    try:
        before = known.get(str(canonical(web_address(start))))
    except NotAWebAddress as error:
        return Refused(start, error.reason)
    outcome = await web.get(start, into=into, known=before.version if before else None, types=READABLE)
    if isinstance(outcome, Fetched):
        outcome.path.unlink()
    elif not isinstance(outcome, NotModified):
        return outcome
    return canonical(web_address(outcome.url))


async def _visits(
    web: "Web",
    site: WebAddress,
    wanted: Mapping[str, int],
    walk: Walk,
    known: Mapping[str, Known],
    into: Path,
    *,
    follow: bool,
) -> AsyncGenerator[Visit, None]:
    robots = await robots_at(web, site, into)
    if not isinstance(robots, Robots):
        yield Visit(str(site), 0, robots, ends_walk=True)
        return
    with tempfile.TemporaryDirectory(dir=into, prefix="crawl-") as folder:
        crawler = Crawler(web, site, robots, walk, known, Path(folder), follow=follow)
        crawler.begin(wanted)
        async with aclosing(crawler.visits()) as visits:
            async for visit in visits:
                yield visit
                if isinstance(visit.outcome, Fetched):
                    visit.outcome.path.unlink(missing_ok=True)
