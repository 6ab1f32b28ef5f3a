import asyncio
import contextlib
import gzip
import itertools
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web_clients import QUICK
from tests.web_site import Page, Site
from trulybot.kit.net.client import Web
from trulybot.kit.net.outcomes import (
    Fetched,
    Outcome,
    Refused,
    TimedOut,
    TooLarge,
    Unreachable,
)


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
