from pathlib import Path

import pytest

from control_plane.gateway import caps, queries
from control_plane.gateway.gateway import Gateway
from tests.control_plane.gateway.conftest import ACORN
from tests.web_clients import PRIVATE
from tests.web_site import Page, Site, web_site
from trulybot.kit.database import Database
from trulybot.kit.gateway import Gateway as WayOut
from trulybot.kit.limits import Limit
from trulybot.kit.net.door import DoorWeb
from trulybot.kit.net.outcomes import Failed, Fetched, NotModified, Refused, TooLarge, Unreachable


@pytest.fixture
def web(acorns_way_out: WayOut) -> DoorWeb:
    return DoorWeb(acorns_way_out)


def leftovers(gateway: Gateway) -> list[Path]:
    return list((gateway.settings.control / "fetched").iterdir())


async def test_a_page_comes_through_the_door_as_it_is(
    gateway: Gateway, web: DoorWeb, site: Site, tmp_path: Path
) -> None:
    site.html("/", head="<title>Acorn</title>", ETag='"one"', **{"X-Robots-Tag": "noarchive"})
    page = await web.get(site.address, into=tmp_path)
    assert isinstance(page, Fetched)
    assert (page.content_type, page.robots_tag, page.version.etag) == ("text/html", "noarchive", '"one"')
    assert page.path.parent == tmp_path
    assert "<title>Acorn</title>" in page.path.read_text() and page.path.stat().st_size == page.size
    assert leftovers(gateway) == []


async def test_an_unchanged_page_is_not_sent_again(web: DoorWeb, site: Site, tmp_path: Path) -> None:
    site.pages["/"] = lambda headers: Page(b"", 304) if headers["If-None-Match"] else Page(b"a", headers={"ETag": "1"})
    page = await web.get(site.address, into=tmp_path)
    assert isinstance(page, Fetched)
    again = await web.get(site.address, into=tmp_path, known=page.version)
    assert isinstance(again, NotModified) and again.version == page.version


async def test_a_large_page_comes_whole(web: DoorWeb, site: Site, tmp_path: Path) -> None:
    content = bytes(range(256)) * 8000  # with every byte, line ends too
    site.pages["/"] = Page(content, headers={"Content-Type": "application/pdf"})
    page = await web.get(site.address, into=tmp_path, types={"application/pdf"})
    assert isinstance(page, Fetched) and page.path.read_bytes() == content
    assert isinstance(await web.get(site.address, into=tmp_path, types={"text/html"}), Refused)
    assert isinstance(await web.get(site.address, into=tmp_path, most_bytes=1000), TooLarge)


async def test_no_workspace_reaches_the_private_network_through_us(web: DoorWeb, site: Site, tmp_path: Path) -> None:
    with web_site(str(PRIVATE)) as private:
        private.pages["/"] = Page(b"secret")
        site.pages["/"] = Page(status=302, headers={"Location": f"{private.address}/"})
        for address in (private.address, site.address):
            assert await web.get(address, into=tmp_path) == Refused(f"{private.address}/", "address")
        assert private.asked == []
    assert len(site.asked) == 1


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://u:p@127.0.0.1/", "", "gopher://x/"])
async def test_what_is_no_web_address_is_refused(web: DoorWeb, tmp_path: Path, url: str) -> None:
    assert isinstance(await web.get(url, into=tmp_path), Refused)


async def test_a_site_that_is_not_there_is_said_to_be_so(web: DoorWeb, tmp_path: Path) -> None:
    assert await web.get("http://127.0.0.1:9/", into=tmp_path) == Unreachable("http://127.0.0.1:9/", "connection")


async def test_one_host_is_asked_only_so_often_whoever_asks(
    monkeypatch: pytest.MonkeyPatch, gateway: Gateway, web: DoorWeb, site: Site, tmp_path: Path
) -> None:
    monkeypatch.setattr(caps, "OF_ONE_HOST", Limit("of one host", times=2, seconds=60))
    site.html("/")
    outcomes = [await web.get(site.address, into=tmp_path) for _ in range(3)]
    assert [type(outcome) for outcome in outcomes] == [Fetched, Fetched, Failed]
    assert outcomes[2] == Failed(f"{site.address}", 429, 30)
    assert len(site.asked) == 2


async def test_the_call_is_noted_with_how_many_bytes_came(
    gateway: Gateway, web: DoorWeb, site: Site, tmp_path: Path, db: Database
) -> None:
    site.pages["/"] = Page(b"twelve bytes", headers={"Content-Type": "text/plain"})
    await web.get(site.address, into=tmp_path)
    await gateway.noting.close()
    (call,) = await db.read(queries.calls, ACORN, 9)
    assert (call.verb, call.status, call.amount) == ("fetch", 200, 12)


async def test_a_gateway_that_is_away_is_no_site_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("token")
    web = DoorWeb(WayOut(tmp_path / "nobody", tmp_path / "token"))
    assert await web.get("https://example.com/", into=tmp_path) == Unreachable("https://example.com/", "broken")
