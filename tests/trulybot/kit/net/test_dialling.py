from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.web_clients import EVERYWHERE, OPEN, PRIVATE, PUBLIC, QUICK
from tests.web_site import Page, Site, web_site
from trulybot.kit.net.addresses import IPAddress, Reach
from trulybot.kit.net.client import Web
from trulybot.kit.net.outcomes import (
    Failed,
    Fetched,
    Refused,
    Unreachable,
)
from trulybot.kit.net.urls import web_address

NOTATIONS = [
    *("127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001"),
    *("0177.0.0.1", "0177.0.0.01", "0x7f.0x0.0x0.0x1", "localhost", "LOCALHOST", "①②⑦.⓪.⓪.①", "127。0。0。1"),
    *("[::ffff:127.0.0.1]", "[::FFFF:7F00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "[64:ff9b::7f00:1]"),
]


def answers(*turns: list[IPAddress]) -> Reach:
    """The usual rule, where any name resolves to each of `turns` in turn."""
    each = iter(turns)

    async def resolve(host: str, port: int) -> list[IPAddress]:
        return next(each)

    return Reach(allow=OPEN.allow, ports=None, resolve=resolve)


@pytest.mark.parametrize("host", NOTATIONS)
async def test_loopback_is_refused_in_every_notation(site: Site, tmp_path: Path, host: str) -> None:
    site.pages["/"] = Page(b"secret")
    url = f"http://{host}:{site.port}/"
    async with Web(reach=EVERYWHERE, limits=QUICK) as web:
        assert isinstance(await web.get(url, into=tmp_path), Fetched)
    async with Web(reach=Reach(ports=None), limits=QUICK) as web:
        assert await web.get(url, into=tmp_path) == Refused(str(web_address(url)), "address")
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "host",
    [
        *("10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0", "0.0.0.0", "224.0.0.1", "255.255.255.255"),
        *("0xA9FEA9FE", "2852039166", "0251.0376.0251.0376", "169.16689662", "168.63.129.16", "100.100.100.200"),
        *("[::]", "[::1]", "[::127.0.0.1]", "[fd00:ec2::254]", "[fe80::1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]"),
        *("[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[ff02::1]", "[2001:db8::1]"),
    ],
)
async def test_private_and_metadata_addresses_are_refused_without_connecting(tmp_path: Path, host: str) -> None:
    async with Web(limits=QUICK) as web:
        outcome = await web.get(f"http://{host}/latest/meta-data/", into=tmp_path)
    assert isinstance(outcome, Refused) and outcome.reason == "address"


async def test_name_that_changes_its_mind_gains_nothing(tmp_path: Path) -> None:
    with web_site(str(PUBLIC)) as public, web_site(str(PRIVATE), public.port) as private:
        public.pages["/"] = private.pages["/"] = Page(b"hello")
        url = f"http://rebinding.example:{public.port}/"
        async with Web(reach=answers([PUBLIC], [PRIVATE]), limits=QUICK) as web:
            first, second = [await web.get(url, into=tmp_path) for _ in range(2)]
        assert isinstance(first, Fetched) and second == Refused(url, "address")
        assert private.asked == []
        both = Reach(EVERYWHERE.allow, None, answers([PUBLIC], [PRIVATE]).resolve)
        async with Web(reach=both, limits=QUICK) as web:
            assert all([isinstance(await web.get(url, into=tmp_path), Fetched) for _ in range(2)])
        assert len(private.asked) == 1


async def test_name_with_one_private_address_is_refused_whole(site: Site, tmp_path: Path) -> None:
    site.pages["/"] = Page(b"hello")
    url = f"http://mixed.example:{site.port}/"
    async with Web(reach=answers([PUBLIC], [PUBLIC, PRIVATE]), limits=QUICK) as web:
        assert isinstance(await web.get(url, into=tmp_path), Fetched)
        assert await web.get(url, into=tmp_path) == Refused(url, "address")
    assert len(site.asked) == 1


async def test_next_address_is_tried_when_one_does_not_answer(site: Site, tmp_path: Path) -> None:
    site.pages["/"] = Page(b"hello")
    reach = Reach(EVERYWHERE.allow, None, answers([ip_address("127.0.0.3"), PUBLIC]).resolve)
    async with Web(reach=reach, limits=QUICK) as web:
        outcome = await web.get(f"http://two.example:{site.port}/", into=tmp_path)
    assert isinstance(outcome, Fetched)


@pytest.mark.parametrize("port", [22, 25, 3306, 6379, 9200, 11211])
async def test_port_that_is_not_the_webs_is_refused(tmp_path: Path, port: int) -> None:
    async with Web(reach=Reach(allow=EVERYWHERE.allow), limits=QUICK) as web:
        assert await web.get(f"http://127.0.0.1:{port}/", into=tmp_path) == Refused(f"http://127.0.0.1:{port}/", "port")


@pytest.mark.parametrize(
    ("url", "reason"),
    [("file:///etc/passwd", "scheme"), ("http://a:b@127.0.0.1/", "credentials"), ("http://[::1%25lo]/", "unreadable")],
)
async def test_address_we_cannot_read_is_refused(web: Web, tmp_path: Path, url: str, reason: str) -> None:
    outcome = await web.get(url, into=tmp_path)
    assert isinstance(outcome, Refused) and outcome.reason == reason


async def test_unknown_name_is_unreachable(tmp_path: Path) -> None:
    async def resolve(host: str, port: int) -> list[IPAddress]:
        raise OSError("no such name")

    async with Web(reach=Reach(resolve=resolve), limits=QUICK) as web:
        assert await web.get("http://nowhere.example/", into=tmp_path) == Unreachable("http://nowhere.example/", "name")


async def test_closed_port_is_unreachable(site: Site, web: Web, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{site.port}/"
    assert isinstance(await web.get(url, into=tmp_path), Failed)
    with web_site() as closing:
        closed = closing.address + "/"
    assert await web.get(closed, into=tmp_path) == Unreachable(closed, "connection")
