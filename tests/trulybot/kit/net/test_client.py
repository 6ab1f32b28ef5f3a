import logging
from email.message import Message
from pathlib import Path

import pytest

from tests.web_clients import EVERYWHERE, OPEN, PRIVATE, QUICK
from tests.web_site import Page, Site, web_site
from trulybot.kit.net.client import MOST_REDIRECTS, Web
from trulybot.kit.net.outcomes import (
    Failed,
    Fetched,
    NotModified,
    Refused,
    Version,
)


def to(location: str, status: int = 302) -> Page:
    return Page(status=status, headers={"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_is_followed(site: Site, web: Web, tmp_path: Path, status: int) -> None:
    site.pages |= {"/old": to("../new page", status), "/new%20page": Page(b"here")}
    outcome = await web.get(f"{site.address}/old", into=tmp_path)
    assert isinstance(outcome, Fetched) and outcome.url == f"{site.address}/new%20page"
    assert outcome.path.read_bytes() == b"here"


async def test_redirect_into_the_private_network_is_refused(site: Site, web: Web, tmp_path: Path) -> None:
    with web_site(str(PRIVATE)) as private:
        private.pages["/"] = Page(b"secret")
        site.pages["/"] = to(f"{private.address}/")
        assert await web.get(f"{site.address}/", into=tmp_path) == Refused(f"{private.address}/", "address")
        assert private.asked == []
        async with Web(reach=EVERYWHERE) as anywhere:
            assert isinstance(await anywhere.get(f"{site.address}/", into=tmp_path), Fetched)


async def test_redirects_end_after_five(site: Site, web: Web, tmp_path: Path) -> None:
    for hop in range(MOST_REDIRECTS + 1):
        site.pages[f"/{hop}"] = to(f"/{hop + 1}")
    site.pages[f"/{MOST_REDIRECTS + 1}"] = Page(b"far")
    assert isinstance(await web.get(f"{site.address}/1", into=tmp_path), Fetched)
    outcome = await web.get(f"{site.address}/0", into=tmp_path)
    assert isinstance(outcome, Refused) and outcome.reason == "redirects"


async def test_redirect_loop_ends(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/"] = to("/")
    outcome = await web.get(f"{site.address}/", into=tmp_path)
    assert isinstance(outcome, Refused) and outcome.reason == "redirects"
    assert len(site.asked) == MOST_REDIRECTS + 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://u:p@127.0.0.1/", "http://[::1", "gopher://x/"])
async def test_redirect_to_no_web_address_is_refused(site: Site, web: Web, tmp_path: Path, location: str) -> None:
    site.pages["/"] = to(location)
    assert isinstance(await web.get(f"{site.address}/", into=tmp_path), Refused)


async def test_unchanged_page_costs_nothing(site: Site, web: Web, tmp_path: Path) -> None:
    def page(headers: Message) -> Page:
        same = headers["If-None-Match"] == '"1"' and headers["If-Modified-Since"] == "yesterday"
        return Page(status=304) if same else Page(b"x", headers={"ETag": '"1"', "Last-Modified": "yesterday"})

    site.pages["/"] = page
    first = await web.get(f"{site.address}/", into=tmp_path)
    assert isinstance(first, Fetched) and first.version == Version('"1"', "yesterday")
    again = await web.get(f"{site.address}/", into=tmp_path, known=first.version)
    assert again == NotModified(f"{site.address}/", first.version)


async def test_we_say_who_we_are_and_keep_no_cookies(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/"] = Page(headers={"Set-Cookie": "id=1"})
    for _ in range(2):
        assert isinstance(await web.get(f"{site.address}/", into=tmp_path), Fetched)
    for _, headers in site.asked:
        assert headers["User-Agent"].startswith("TrulyBot/")
        assert headers["Host"] == site.address.removeprefix("http://")
        assert headers["Cookie"] is None and headers["Referer"] is None


async def test_proxy_of_the_environment_is_not_used(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.2:1")
    site.pages["/"] = Page(b"x")
    async with Web(reach=OPEN, limits=QUICK) as web:
        assert isinstance(await web.get(f"{site.address}/", into=tmp_path), Fetched)


async def test_addresses_are_not_logged(site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("test").info("the log is heard")
    async with Web(reach=OPEN, limits=QUICK) as web:
        await web.get(f"{site.address}/?token=secret", into=tmp_path)
    assert [record.message for record in caplog.records] == ["the log is heard"]


@pytest.mark.parametrize(("status", "gone"), [(404, True), (410, True), (403, False), (500, False), (304, False)])
async def test_status_of_the_site_is_told(site: Site, web: Web, tmp_path: Path, status: int, gone: bool) -> None:
    site.pages["/"] = Page(status=status, headers={"Retry-After": "7"})
    outcome = await web.get(f"{site.address}/", into=tmp_path)
    assert outcome == Failed(f"{site.address}/", status, retry_after=7) and outcome.is_gone == gone
