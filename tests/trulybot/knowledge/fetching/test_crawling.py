import gzip
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from email.message import Message
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.web_site import Page, Site, web_site
from trulybot.kit.net.addresses import IPAddress, Reach
from trulybot.kit.net.client import Limits, Web
from trulybot.kit.net.outcomes import Failed, Fetched, NotModified, Refused
from trulybot.knowledge.fetching.crawling import crawl, read_sitemap
from trulybot.knowledge.fetching.pages import read_page
from trulybot.knowledge.fetching.visits import CrawlOptions, Known, Skipped, Visit

LIMITS = Limits(most_bytes=2**20, seconds=5, silence=2, connecting=1)
LOOPBACK = ip_address("127.0.0.1")


@pytest.fixture
def site() -> Iterator[Site]:
    with web_site() as site:
        yield site


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web(reach=Reach(allow=lambda address: address == LOOPBACK, ports=None), limits=LIMITS) as web:
        yield web


async def crawled(
    web: Web, site: Site, into: Path, known: Mapping[str, Known] | None = None, **bounds: object
) -> list[Visit]:
    options = CrawlOptions(**bounds)  # type: ignore[arg-type]
    return [visit async for visit in crawl(web, f"{site.address}/", options, into=into, known=known)]


def read(site: Site, visits: list[Visit]) -> list[str]:
    return [visit.url.removeprefix(site.address) for visit in visits if isinstance(visit.outcome, Fetched)]


# Following links


async def test_site_is_read_from_its_first_page_outwards(site: Site, web: Web, tmp_path: Path) -> None:
    site.html(
        "/", "/b?utm_source=x#top", "a", "http://other.example/", "mailto:x@y.example", "/missing", "javascript:0"
    )
    site.html("/a", "/", "/b", "/a/deep")
    site.html("/b", "/a")
    site.html("/a/deep")
    visits = await crawled(web, site, tmp_path)
    assert read(site, visits) == ["/", "/b", "/a", "/a/deep"]
    assert [visit.depth for visit in visits if isinstance(visit.outcome, Fetched)] == [0, 1, 1, 2]
    assert [visit.outcome for visit in visits if not isinstance(visit.outcome, Fetched)] == [
        Failed(f"{site.address}/missing", 404)
    ]
    assert visits[0].waiting == 3 and visits[-1].waiting == 0


async def test_file_of_a_page_lives_until_the_next_is_asked_for(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", "/a", "/b", "/c")
    for path in "abc":
        site.html(f"/{path}")
    before: Path | None = None
    async with aclosing(crawl(web, f"{site.address}/", CrawlOptions(), into=tmp_path)) as visits:
        async for visit in visits:
            assert isinstance(visit.outcome, Fetched)
            assert visit.outcome.path.exists() and not (before and before.exists())
            before = visit.outcome.path
            if visit.url.endswith("b"):
                break
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("depth", "pages"), [(0, ["/"]), (1, ["/", "/1"]), (2, ["/", "/1", "/2"])])
async def test_depth_is_kept(site: Site, web: Web, tmp_path: Path, depth: int, pages: list[str]) -> None:
    site.html("/", "/1")
    for n in range(1, 9):
        site.html(f"/{n}", f"/{n + 1}")
    assert read(site, await crawled(web, site, tmp_path, depth=depth)) == pages


async def test_number_of_pages_is_kept(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", *(f"/{n}" for n in range(99)))
    for n in range(99):
        site.html(f"/{n}")
    assert len(read(site, await crawled(web, site, tmp_path, most_pages=7))) == 7
    # The first page is asked for twice: once to learn where the site lives.
    assert len(site.asked) <= 7 + len(["/robots.txt", "/"])


async def test_endless_site_of_broken_links_ends(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", *(f"/{n}" for n in range(99)))
    visits = await crawled(web, site, tmp_path, most_pages=5)
    assert read(site, visits) == ["/"] and len(site.asked) < 25


@pytest.mark.parametrize(
    ("bounds", "pages"),
    [
        ({}, ["/", "/docs/a", "/docs/old/b", "/blog/c"]),
        ({"include": ("/docs/*",)}, ["/docs/a", "/docs/old/b"]),
        ({"include": ("docs",), "exclude": ("*/old/*",)}, ["/docs/a"]),
        ({"exclude": ("/docs",)}, ["/", "/blog/c"]),
        ({"include": ("http://*/c",)}, ["/blog/c"]),
    ],
)
async def test_patterns_choose_pages(
    site: Site, web: Web, tmp_path: Path, bounds: dict[str, object], pages: list[str]
) -> None:
    site.html("/", "/docs/a", "/docs/old/b", "/blog/c")
    for path in ("/docs/a", "/docs/old/b", "/blog/c"):
        site.html(path)
    assert read(site, await crawled(web, site, tmp_path, **bounds)) == pages


async def test_documents_are_read_and_pictures_are_not(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", "/price-list", "/logo.png", "/picture", "/plain")
    site.pages["/price-list"] = Page(b"%PDF-1.7", headers={"Content-Type": "application/pdf"})
    site.pages["/picture"] = Page(b"\x89PNG", headers={"Content-Type": "image/png"})
    site.pages["/plain"] = Page(b"hello")
    visits = await crawled(web, site, tmp_path)
    assert [visit.url.removeprefix(site.address) for visit in visits] == ["/", "/price-list", "/plain"]
    assert "/logo.png" not in site.paths and "/picture" in site.paths


async def test_page_with_two_addresses_is_read_once(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", "/print?page=1", "/old", "/page/1", "/liar")
    site.html("/page/1")
    site.html("/print?page=1", head='<link rel="canonical" href="/page/1">')
    site.html("/liar", head='<link rel="canonical" href="/">')
    site.pages["/old"] = Page(status=301, headers={"Location": "/page/1"})
    assert read(site, await crawled(web, site, tmp_path)) == ["/", "/page/1", "/liar"]


async def test_page_takes_its_canonical_address(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", "/article?view=all&from=home")
    site.html("/article?view=all&from=home", head='<link rel="canonical" href="/article">')
    assert read(site, await crawled(web, site, tmp_path)) == ["/", "/article"]


async def test_redirect_off_the_site_is_not_read(site: Site, web: Web, tmp_path: Path) -> None:
    with web_site() as other:
        other.html("/")
        site.html("/", "/away")
        site.pages["/away"] = Page(status=302, headers={"Location": f"{other.address}/"})
        assert read(site, await crawled(web, site, tmp_path)) == ["/"]


async def test_site_is_followed_to_where_it_lives(site: Site, tmp_path: Path) -> None:
    async def resolve(host: str, port: int) -> list[IPAddress]:
        return [LOOPBACK]

    port = site.address.rpartition(":")[2]
    home = f"http://www.example.test:{port}"
    site.pages["/start"] = Page(status=301, headers={"Location": f"{home}/"})
    site.html("/", f"http://example.test:{port}/a", f"{home}/a", "/b", f"http://docs.example.test:{port}/c")
    site.html("/a")
    site.html("/b")
    reach = Reach(allow=lambda address: True, ports=None, resolve=resolve)
    async with Web(reach=reach, limits=LIMITS) as web:
        visits = [v async for v in crawl(web, f"http://example.test:{port}/start", CrawlOptions(), into=tmp_path)]
    assert [visit.url for visit in visits] == [f"{home}/", f"{home}/a", f"{home}/b"]


async def test_site_in_a_private_network_is_refused(site: Site, tmp_path: Path) -> None:
    async with Web(reach=Reach(ports=None), limits=LIMITS) as web:
        visits = await crawled(web, site, tmp_path)
    assert visits == [Visit(f"{site.address}/", 0, Refused(f"{site.address}/", "address"))]
    assert site.asked == []


async def test_address_that_is_none_is_refused(web: Web, tmp_path: Path) -> None:
    visits = [visit async for visit in crawl(web, "ftp://x", CrawlOptions(), into=tmp_path)]
    assert visits == [Visit("ftp://x", 0, Refused("ftp://x", "scheme"))]


# Manners


def robots(site: Site, *lines: str) -> None:
    site.pages["/robots.txt"] = Page("\n".join(lines).encode(), headers={"Content-Type": "text/plain"})


async def test_robots_txt_is_heeded(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", "/private/a", "/private/public", "/b.php?x=1", "/c")
    for path in ("/private/a", "/private/public", "/b.php?x=1", "/c"):
        site.html(path)
    assert len(read(site, await crawled(web, site, tmp_path))) == 5
    site.asked.clear()
    robots(
        site, "User-agent: other", "Disallow: /", "", "User-agent: *", "Disallow: /private", "Allow: /private/public"
    )
    assert read(site, await crawled(web, site, tmp_path)) == ["/", "/private/public", "/b.php?x=1", "/c"]
    robots(site, "User-agent: *", "Allow: /", "", "User-agent: a", "User-agent: TrulyBot", "Disallow: /*.php?")
    assert read(site, await crawled(web, site, tmp_path)) == ["/", "/private/a", "/private/public", "/c"]


async def test_site_closed_to_robots_says_so(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/")
    robots(site, "User-agent: *", "Disallow: /")
    visits = await crawled(web, site, tmp_path)
    assert [visit.outcome for visit in visits] == [Skipped(f"{site.address}/", "robots")]
    assert "robots.txt" in visits[0].outcome.sentence  # type: ignore[union-attr]


async def test_site_that_cannot_give_its_robots_txt_is_not_read_now(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/")
    site.pages["/robots.txt"] = Page(status=503)
    assert [visit.outcome for visit in await crawled(web, site, tmp_path)] == [
        Failed(f"{site.address}/robots.txt", 503)
    ]


async def test_robots_txt_made_to_exhaust_us_does_not(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/")
    many = [f"User-agent: {n}" for n in range(15_000)] + [f"Disallow: /{n}" for n in range(15_000)]
    robots(site, *many)
    began = time.perf_counter()
    assert read(site, await crawled(web, site, tmp_path)) == ["/"]
    assert time.perf_counter() - began < LIMITS.seconds


async def test_crawl_delay_is_kept(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", "/a", "/b")
    site.html("/a")
    site.html("/b")
    robots(site, "User-agent: *", "Crawl-delay: 0.2")
    began = time.perf_counter()
    assert len(read(site, await crawled(web, site, tmp_path))) == 3
    assert time.perf_counter() - began >= 3 * 0.2


async def test_page_says_not_to_follow_or_keep_it(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", "/dead-end", "/hidden", "/header")
    site.html("/dead-end", "/unreached", head='<meta name="robots" content="nofollow">')
    site.html("/hidden", "/reached", head='<meta name="robots" content="noindex">')
    site.html("/header", "/unreached", **{"X-Robots-Tag": "none"})
    site.html("/reached")
    site.html("/unreached")
    assert read(site, await crawled(web, site, tmp_path)) == ["/", "/dead-end", "/reached"]


async def test_busy_site_is_asked_again_when_it_said(site: Site, web: Web, tmp_path: Path) -> None:
    turns = iter([Page(status=429, headers={"Retry-After": "0"}), Page(b"hello")])
    site.html("/", "/busy")
    site.pages["/busy"] = lambda headers: next(turns)
    assert read(site, await crawled(web, site, tmp_path)) == ["/", "/busy"]


# Reading again


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


# Sitemaps and single pages


async def mapped(web: Web, site: Site, into: Path, path: str = "/sitemap.xml", **bounds: object) -> list[Visit]:
    options = CrawlOptions(**bounds)  # type: ignore[arg-type]
    return [visit async for visit in read_sitemap(web, f"{site.address}{path}", options, into=into)]


def sitemap(site: Site, path: str, *pages: str, index: bool = False) -> None:
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    listed = "".join(f"<{inner}><loc>{site.address}{page}</loc></{inner}>" for page in pages)
    xml = f"<{outer}>{listed}</{outer}>".encode()
    site.pages[path] = Page(gzip.compress(xml) if path.endswith(".gz") else xml)


async def test_sitemap_index_leads_to_its_pages_and_no_further(site: Site, web: Web, tmp_path: Path) -> None:
    sitemap(site, "/sitemap.xml", "/one.xml", "/two.xml.gz", "/missing.xml", "/sitemap.xml", index=True)
    sitemap(site, "/one.xml", "/a", "/b", "/a")
    sitemap(site, "/two.xml.gz", "/c")
    for path in "abc":
        site.html(f"/{path}", "/not-listed")
    site.html("/not-listed")
    assert read(site, await mapped(web, site, tmp_path)) == ["/a", "/b", "/c"]
    assert read(site, await mapped(web, site, tmp_path, most_pages=2)) == ["/a", "/b"]
    assert read(site, await mapped(web, site, tmp_path, exclude=("/b",))) == ["/a", "/c"]
    assert list(tmp_path.iterdir()) == []


async def test_sitemap_that_is_none_is_reported(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/page")
    url = f"{site.address}/page"
    assert [v.outcome for v in await mapped(web, site, tmp_path, "/page")] == [Skipped(url, "sitemap")]
    assert isinstance((await mapped(web, site, tmp_path, "/missing"))[0].outcome, Failed)
    assert list(tmp_path.iterdir()) == []


async def test_sitemap_of_another_site_lists_nothing(site: Site, web: Web, tmp_path: Path) -> None:
    with web_site() as other:
        other.html("/a")
        sitemap(other, "/map", "/a")
        site.pages["/sitemap.xml"] = other.pages["/map"]
        visits = await mapped(web, site, tmp_path)
        assert [visit.outcome for visit in visits] == [Skipped(f"{site.address}/sitemap.xml", "sitemap")]
        assert other.asked == []


async def test_one_page_is_read_whatever_robots_txt_says(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/a")
    robots(site, "User-agent: *", "Disallow: /")
    outcome = await read_page(web, f"{site.address}/a", into=tmp_path)
    assert isinstance(outcome, Fetched) and outcome.path.read_bytes().startswith(b"<html>")


async def test_one_page_that_is_no_document_is_refused(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/"] = Page(b"GIF", headers={"Content-Type": "image/gif"})
    outcome = await read_page(web, f"{site.address}/", into=tmp_path)
    assert outcome == Refused(f"{site.address}/", "type") and "document" in outcome.sentence


def test_fetching_is_not_imported_until_it_is_needed() -> None:
    program = "import sys, trulybot.knowledge.fetching.crawling; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "trulybot.kit.net.outcomes" in run.stdout.split()
    assert not {"httpcore", "httpx", "anyio", "protego", "idna", "certifi"} & set(run.stdout.split())
