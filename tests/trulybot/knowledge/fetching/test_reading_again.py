from email.message import Message
from pathlib import Path

from tests.crawls import crawled, read
from tests.web_site import Page, Site
from trulybot.kit.net.client import Web
from trulybot.kit.net.outcomes import Failed, Fetched, NotModified
from trulybot.knowledge.fetching.visits import Known, Skipped, Visit


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


async def test_reading_again_costs_nothing_and_finds_what_is_new(site: Site, web: Web, tmp_path: Path) -> None:
    versioned(site, "/", "/a", "/b")
    versioned(site, "/a", "/a/1")
    versioned(site, "/a/1")
    versioned(site, "/b")
    first = await crawled(web, site, tmp_path)
    assert len(read(site, first)) == 4
    again = await crawled(web, site, tmp_path, known_from(first))
    assert {visit.url: type(visit.outcome) for visit in again} == {visit.url: NotModified for visit in first}

    versioned(site, "/a", "/a/1", "/a/2")
    versioned(site, "/a/2")
    del site.pages["/b"]
    changed = await crawled(web, site, tmp_path, known_from(first))
    assert read(site, changed) == ["/a", "/a/2"]
    assert [v.url for v in changed if isinstance(v.outcome, Failed) and v.outcome.is_gone] == [f"{site.address}/b"]
    assert {visit.url: visit.depth for visit in changed}[f"{site.address}/a/2"] == 2


async def test_page_that_moved_away_since_is_reported(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", "/a")
    site.html("/a")
    first = await crawled(web, site, tmp_path)
    assert len(first) == 2
    site.pages["/a"] = Page(status=301, headers={"Location": "/"})
    again = await crawled(web, site, tmp_path, known_from(first))
    assert again[-1].outcome == Skipped(f"{site.address}/a", "moved")
