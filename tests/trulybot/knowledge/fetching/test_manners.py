import time
from pathlib import Path

from tests.crawls import LIMITS, crawled, read, robots
from tests.web_site import Page, Site
from trulybot.kit.net.client import Web
from trulybot.kit.net.outcomes import Failed
from trulybot.knowledge.fetching.visits import Skipped


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
