from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from tests.crawls import LIMITS, LOOPBACK, crawled, read
from tests.web_site import Page, Site, web_site
from trulybot.kit.net.addresses import IPAddress, Reach
from trulybot.kit.net.client import Web
from trulybot.kit.net.outcomes import Failed, Fetched, Refused
from trulybot.knowledge.fetching.crawling import crawl
from trulybot.knowledge.fetching.visits import Visit
from trulybot.knowledge.models import Walk


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
    async with aclosing(crawl(web, f"{site.address}/", Walk(), into=tmp_path)) as visits:
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
    assert len(read(site, await crawled(web, site, tmp_path, pages=7))) == 7
    # The first page is asked for twice: once to learn where the site lives.
    assert len(site.asked) <= 7 + len(["/robots.txt", "/"])


async def test_endless_site_of_broken_links_ends(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", *(f"/{n}" for n in range(99)))
    visits = await crawled(web, site, tmp_path, pages=5)
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
    site: Site, web: Web, tmp_path: Path, bounds: dict[str, Any], pages: list[str]
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


async def test_pages_that_are_not_kept_leave_no_files(site: Site, web: Web, tmp_path: Path) -> None:
    site.html("/", *(f"/{n}" for n in range(9)), "/last")
    for n in range(9):
        site.html(f"/{n}", head='<meta name="robots" content="noindex">')
    site.html("/last")
    async with aclosing(crawl(web, f"{site.address}/", Walk(), into=tmp_path)) as visits:
        async for visit in visits:
            last, files = visit, [path for path in tmp_path.rglob("*") if path.is_file()]
    assert last.url.endswith("/last") and len(site.asked) > 9
    assert isinstance(last.outcome, Fetched) and files == [last.outcome.path]


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
        visits = [v async for v in crawl(web, f"http://example.test:{port}/start", Walk(), into=tmp_path)]
    assert [visit.url for visit in visits] == [f"{home}/", f"{home}/a", f"{home}/b"]


async def test_site_in_a_private_network_is_refused(site: Site, tmp_path: Path) -> None:
    async with Web(reach=Reach(ports=None), limits=LIMITS) as web:
        visits = await crawled(web, site, tmp_path)
    assert visits == [Visit(f"{site.address}/", 0, Refused(f"{site.address}/", "address"), ends_walk=True)]
    assert site.asked == []


async def test_address_that_is_none_is_refused(web: Web, tmp_path: Path) -> None:
    visits = [visit async for visit in crawl(web, "ftp://x", Walk(), into=tmp_path)]
    assert visits == [Visit("ftp://x", 0, Refused("ftp://x", "scheme"), ends_walk=True)]
