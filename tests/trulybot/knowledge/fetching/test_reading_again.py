from email.message import Message
from pathlib import Path

from tests.crawls import crawled
from tests.web_site import Page, Site
from trulybot.kit.net.client import Web
from trulybot.kit.net.outcomes import Failed, Fetched, NotModified
from trulybot.knowledge.fetching.crawling import read_sitemap
from trulybot.knowledge.fetching.visits import Known, Skipped, Visit
from trulybot.knowledge.models import Walk


def versioned(site: Site, path: str, *links: str) -> None:
    site.html(path, *links, ETag=f'"{path}{links}"')
    full = site.pages[path]

    def answer(headers: Message) -> Page:
        assert isinstance(full, Page)
        return Page(status=304) if headers["If-None-Match"] == full.headers["ETag"] else full

    site.pages[path] = answer


def known_from(visits: list[Visit]) -> dict[str, Known]:
    return {
        visit.url: Known(visit.outcome.version, visit.depth) for visit in visits if isinstance(visit.outcome, Fetched)
    }


def came_of(site: Site, visits: list[Visit]) -> dict[str, type]:
    return {visit.url.removeprefix(site.address): type(visit.outcome) for visit in visits}


async def test_unchanged_page_whose_links_are_not_followed_costs_nothing(site: Site, web: Web, tmp_path: Path) -> None:
    versioned(site, "/", "/a")
    versioned(site, "/a", "/too/deep")
    first = await crawled(web, site, tmp_path, depth=1)
    assert came_of(site, first) == {"/": Fetched, "/a": Fetched}
    again = await crawled(web, site, tmp_path, known_from(first), depth=1)
    assert came_of(site, again) == {"/": Fetched, "/a": NotModified}
    assert len({visit.outcome.digest for visit in (first[0], again[0]) if isinstance(visit.outcome, Fetched)}) == 1


async def test_walk_cut_short_goes_on_where_it_was(site: Site, web: Web, tmp_path: Path) -> None:
    versioned(site, "/", "/a", "/b")
    versioned(site, "/a", "/a/1")
    versioned(site, "/b")
    versioned(site, "/a/1")
    cut = await crawled(web, site, tmp_path, pages=2)
    assert list(came_of(site, cut)) == ["/", "/a"]
    again = await crawled(web, site, tmp_path, known_from(cut))
    assert set(came_of(site, again)) == {"/", "/a", "/b", "/a/1"}


async def test_page_that_is_gone_is_reported_and_one_behind_a_fault_is_still_read(
    site: Site, web: Web, tmp_path: Path
) -> None:
    site.html("/", "/a", "/b")
    site.html("/a", "/a/1")
    site.html("/a/1")
    site.html("/b")
    first = await crawled(web, site, tmp_path)
    assert len(first) == 4
    site.pages["/a"] = Page(status=500)
    del site.pages["/b"]
    again = {
        visit.url.removeprefix(site.address): visit for visit in await crawled(web, site, tmp_path, known_from(first))
    }
    assert isinstance(again["/a/1"].outcome, Fetched) and again["/a/1"].depth == 2
    gone = {path: visit.outcome.is_gone for path, visit in again.items() if isinstance(visit.outcome, Failed)}
    assert gone == {"/a": False, "/b": True}


async def test_sitemap_read_again_costs_nothing(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/sitemap.xml"] = Page(f"{site.address}/a\n{site.address}/b".encode())
    versioned(site, "/a")
    versioned(site, "/b")
    address, walk = f"{site.address}/sitemap.xml", Walk()
    first = [visit async for visit in read_sitemap(web, address, walk, into=tmp_path)]
    assert came_of(site, first) == {"/a": Fetched, "/b": Fetched}
    again = [visit async for visit in read_sitemap(web, address, walk, into=tmp_path, known=known_from(first))]
    assert came_of(site, again) == {"/a": NotModified, "/b": NotModified}


async def test_page_that_moved_away_since_is_reported(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", "/a")
    site.html("/a")
    first = await crawled(web, site, tmp_path)
    assert len(first) == 2
    site.pages["/a"] = Page(status=301, headers={"Location": "/"})
    again = await crawled(web, site, tmp_path, known_from(first))
    assert again[-1].outcome == Skipped(f"{site.address}/a", "moved")


async def test_site_that_is_down_says_nothing_of_the_pages_known(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", "/a")
    site.html("/a")
    first = await crawled(web, site, tmp_path)
    assert len(first) == 2 and not any(visit.ends_walk for visit in first)
    site.pages["/robots.txt"] = Page(status=503)
    assert [visit.ends_walk for visit in await crawled(web, site, tmp_path, known_from(first))] == [True]
    site.pages["/"] = Page(status=503)
    assert [visit.ends_walk for visit in await crawled(web, site, tmp_path, known_from(first))] == [True]
