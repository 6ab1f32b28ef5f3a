import gzip
import subprocess
import sys
from pathlib import Path

from tests.crawls import read, robots
from tests.web_site import Page, Site, web_site
from trulybot.kit.net.client import Web
from trulybot.kit.net.outcomes import Failed, Fetched, Refused
from trulybot.knowledge.fetching.crawling import read_sitemap
from trulybot.knowledge.fetching.pages import read_page
from trulybot.knowledge.fetching.visits import Skipped, Visit
from trulybot.knowledge.models import Walk


async def mapped(web: Web, site: Site, into: Path, path: str = "/sitemap.xml", **bounds: object) -> list[Visit]:
    walk = Walk(**bounds)  # type: ignore[arg-type]
    return [visit async for visit in read_sitemap(web, f"{site.address}{path}", walk, into=into)]


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
    assert read(site, await mapped(web, site, tmp_path, pages=2)) == ["/a", "/b"]
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
