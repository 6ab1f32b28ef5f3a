import asyncio
import contextlib
import gzip
import itertools
import logging
import ssl
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from ipaddress import IPv4Address, ip_address
from pathlib import Path

import pytest

from tests.web_site import Page, Site, web_site
from trulybot.kit.net.addresses import IPAddress, Reach
from trulybot.kit.net.client import MOST_REDIRECTS, Limits, Web
from trulybot.kit.net.outcomes import (
    Failed,
    Fetched,
    NotModified,
    Outcome,
    Refused,
    TimedOut,
    TooLarge,
    Unreachable,
    Version,
)
from trulybot.kit.net.urls import web_address

# In these tests 127.0.0.1 plays the public internet and 127.0.0.2 the private network behind us.
PUBLIC, PRIVATE = IPv4Address("127.0.0.1"), IPv4Address("127.0.0.2")
OPEN = Reach(allow=lambda address: address == PUBLIC, ports=None)
EVERYWHERE = Reach(allow=lambda address: True, ports=None)
QUICK = Limits(most_bytes=2**20, seconds=1, silence=0.4, connecting=0.4)

NOTATIONS = [
    *("127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001"),
    *("0177.0.0.1", "0177.0.0.01", "0x7f.0x0.0x0.0x1", "localhost", "LOCALHOST", "①②⑦.⓪.⓪.①", "127。0。0。1"),
    *("[::ffff:127.0.0.1]", "[::FFFF:7F00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "[64:ff9b::7f00:1]"),
]


@pytest.fixture
def site() -> Iterator[Site]:
    with web_site() as site:
        yield site


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web(reach=OPEN, limits=QUICK) as web:
        yield web


def port_of(site: Site) -> int:
    return int(site.address.rpartition(":")[2])


def answers(*turns: list[IPAddress]) -> Reach:
    """The usual rule, where any name resolves to each of `turns` in turn."""
    each = iter(turns)

    async def resolve(host: str, port: int) -> list[IPAddress]:
        return next(each)

    return Reach(allow=OPEN.allow, ports=None, resolve=resolve)


# Addresses


@pytest.mark.parametrize("host", NOTATIONS)
async def test_loopback_is_refused_in_every_notation(site: Site, tmp_path: Path, host: str) -> None:
    site.pages["/"] = Page(b"secret")
    url = f"http://{host}:{port_of(site)}/"
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
    with web_site(str(PUBLIC)) as public, web_site(str(PRIVATE), port_of(public)) as private:
        public.pages["/"] = private.pages["/"] = Page(b"hello")
        url = f"http://rebinding.example:{port_of(public)}/"
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
    url = f"http://mixed.example:{port_of(site)}/"
    async with Web(reach=answers([PUBLIC], [PUBLIC, PRIVATE]), limits=QUICK) as web:
        assert isinstance(await web.get(url, into=tmp_path), Fetched)
        assert await web.get(url, into=tmp_path) == Refused(url, "address")
    assert len(site.asked) == 1


async def test_next_address_is_tried_when_one_does_not_answer(site: Site, tmp_path: Path) -> None:
    site.pages["/"] = Page(b"hello")
    reach = Reach(EVERYWHERE.allow, None, answers([ip_address("127.0.0.3"), PUBLIC]).resolve)
    async with Web(reach=reach, limits=QUICK) as web:
        outcome = await web.get(f"http://two.example:{port_of(site)}/", into=tmp_path)
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
    url = f"http://127.0.0.1:{port_of(site)}/"
    assert isinstance(await web.get(url, into=tmp_path), Failed)
    with web_site() as closing:
        closed = closing.address + "/"
    assert await web.get(closed, into=tmp_path) == Unreachable(closed, "connection")


# Redirects


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


# Size and time


async def test_body_up_to_the_limit_is_read_and_one_byte_more_is_not(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages |= {"/fits": Page(b"x" * QUICK.most_bytes), "/more": Page([b"x" * QUICK.most_bytes, b"x"])}
    fits = await web.get(f"{site.address}/fits", into=tmp_path)
    assert isinstance(fits, Fetched) and fits.size == QUICK.most_bytes
    fits.path.unlink()
    assert await web.get(f"{site.address}/more", into=tmp_path) == TooLarge(f"{site.address}/more", QUICK.most_bytes)
    assert list(tmp_path.iterdir()) == []


async def test_announced_size_is_refused_before_the_body(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/"] = Page(b"", length=QUICK.most_bytes + 1)
    assert isinstance(await web.get(f"{site.address}/", into=tmp_path), TooLarge)


async def test_gzip_bomb_ends_at_the_limit_and_in_little_memory(site: Site, web: Web, tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(64 * QUICK.most_bytes))
    assert len(bomb) < QUICK.most_bytes / 8
    site.pages["/"] = Page(bomb, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    outcome = await web.get(f"{site.address}/", into=tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(outcome, TooLarge)
    assert peak < 2 * QUICK.most_bytes
    assert list(tmp_path.iterdir()) == []


async def test_gzip_is_decoded(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/"] = Page(gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"})
    outcome = await web.get(f"{site.address}/", into=tmp_path)
    assert isinstance(outcome, Fetched) and outcome.path.read_bytes() == b"hello"


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd"])
async def test_encoding_nobody_asked_for_is_refused(site: Site, web: Web, tmp_path: Path, encoding: str) -> None:
    site.pages["/"] = Page(b"x", headers={"Content-Encoding": encoding})
    assert await web.get(f"{site.address}/", into=tmp_path) == Refused(f"{site.address}/", "encoding")


async def test_endless_body_ends_at_the_limit(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/"] = Page(itertools.repeat(b"x" * 65536))
    assert isinstance(await web.get(f"{site.address}/", into=tmp_path), TooLarge)


def dripping(every: float) -> Iterator[bytes]:
    while True:
        yield b"x"
        time.sleep(every)


@pytest.mark.parametrize("every", [QUICK.silence / 8, QUICK.silence * 3], ids=["drips", "falls silent"])
async def test_slow_body_ends_in_time(site: Site, web: Web, tmp_path: Path, every: float) -> None:
    site.pages["/"] = Page(dripping(every))
    began = time.monotonic()
    assert await web.get(f"{site.address}/", into=tmp_path) == TimedOut(f"{site.address}/")
    assert time.monotonic() - began < 3 * QUICK.seconds
    assert list(tmp_path.iterdir()) == []


async def test_body_shorter_than_announced_is_broken(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/"] = Page(b"half", length=8)
    assert await web.get(f"{site.address}/", into=tmp_path) == Unreachable(f"{site.address}/", "broken")
    assert list(tmp_path.iterdir()) == []


async def test_mountain_of_headers_is_broken(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages |= {"/few": Page(headers={"X": "x" * 1000}), "/many": Page(headers={"X": "x" * 300_000})}
    assert isinstance(await web.get(f"{site.address}/few", into=tmp_path), Fetched)
    assert await web.get(f"{site.address}/many", into=tmp_path) == Unreachable(f"{site.address}/many", "broken")


OK = b"HTTP/1.1 200 OK\r\n"
HOSTILE = [
    *(b"", b"\0" * 99, b"garbage\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"SSH-2.0-OpenSSH\r\n", b"\x16\x03\x01\x02\0"),
    *(OK + b"Content-Length: -1\r\n\r\n", OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
    *(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", OK + b"A b: c\r\n\r\n", OK + b"A: \0\r\n\r\n"),
    *(OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 99),
    *(OK + b"Content-Encoding: gzip\r\n\r\nnot gzip", OK + b"Content-Type: \xff;charset\r\n\r\n" + b"x" * 2**21),
    *(
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\n\r\n",
    ),
    *(b"HTTP/1.1 100 Continue\r\n\r\n" * 9999, b"HTTP/1.1 302 Found\r\nLocation:\r\n\r\n", OK + b"ETag: \xe9\r\n\r\n"),
]


@pytest.mark.parametrize("reply", HOSTILE, ids=range(len(HOSTILE)))
async def test_whatever_a_server_says_is_an_outcome(web: Web, tmp_path: Path, reply: bytes) -> None:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(say, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        outcome = await web.get(url, into=tmp_path)
    assert isinstance(outcome, Outcome)
    assert isinstance(outcome, Fetched) == any(tmp_path.iterdir())


async def test_site_without_tls_is_unreachable_by_https(site: Site, web: Web, tmp_path: Path) -> None:
    url = site.address.replace("http", "https") + "/"
    assert await web.get(url, into=tmp_path) == Unreachable(url, "connection")


async def test_unwanted_type_is_refused_before_the_body(site: Site, web: Web, tmp_path: Path) -> None:
    site.pages["/"] = Page(b"", headers={"Content-Type": "Image/PNG; x=y"}, length=5)
    assert await web.get(f"{site.address}/", into=tmp_path, types={"text/html"}) == Refused(f"{site.address}/", "type")


# What is sent and kept


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


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for example.test with its key, in one file that also serves as its authority."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    day, now = timedelta(days=1), datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("example.test")])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    signed = built.add_extension(names, critical=True).sign(key, hashes.SHA256())
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = tmp_path_factory.mktemp("tls") / "example.pem"
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(secret + signed.public_bytes(pem))
    return file


@pytest.fixture
def tls_site(certificate: Path) -> Iterator[Site]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with web_site(tls=context) as site:
        yield site


@pytest.fixture
async def tls_web(certificate: Path) -> AsyncIterator[Web]:
    async def resolve(host: str, port: int) -> list[IPAddress]:
        return [PUBLIC]

    trust = ssl.create_default_context(cafile=str(certificate))
    reach = Reach(allow=OPEN.allow, ports=None, resolve=resolve)
    async with Web(reach=reach, limits=QUICK, tls=trust) as web:
        yield web


async def test_certificate_is_checked_against_the_name(tls_site: Site, tls_web: Web, tmp_path: Path) -> None:
    tls_site.pages["/"] = Page(b"x")
    right, wrong = (f"https://{name}:{port_of(tls_site)}/" for name in ("example.test", "other.test"))
    assert isinstance(await tls_web.get(right, into=tmp_path), Fetched)
    assert await tls_web.get(wrong, into=tmp_path) == Unreachable(wrong, "certificate")
    assert len(tls_site.asked) == 1


async def test_redirect_from_https_down_to_http_is_refused(
    site: Site, tls_site: Site, tls_web: Web, tmp_path: Path
) -> None:
    tls_site.pages["/"] = to(f"{site.address}/")
    outcome = await tls_web.get(f"https://example.test:{port_of(tls_site)}/", into=tmp_path)
    assert outcome == Refused(f"{site.address}/", "downgrade")
    assert site.asked == []
