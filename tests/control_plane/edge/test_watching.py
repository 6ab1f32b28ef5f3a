"""`trulybot-control edge` as a real process, and what becomes of it when processes die."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import pytest

from control_plane.folders import Folders
from control_plane.settings import Settings
from tests.control_plane.edge.conftest import PATIENCE, wait_until_listening
from tests.control_plane.edge.sockets import Scripted, listening
from tests.living import lives, living_children
from trulybot.kit.server import free_port

ACORN = {"Host": "acorn.localhost"}
EVENTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: 0\n\n"
STREAMS = 200


@pytest.fixture
def elsewhere(settings: Settings) -> Settings:
    """The same folders under another port: the edge of the other tests is not this one."""
    return Settings(root=settings.root, control=settings.control, port=free_port("127.0.0.1", 0))


@contextmanager
def edge(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "control_plane", "edge", "--port", str(settings.port)]
    command += ["--root", str(settings.root), "--control", str(settings.control)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_until_listening(settings.port)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENCE)


@pytest.fixture
async def streaming(folders: Folders) -> AsyncIterator[list[bool]]:
    """A workspace whose streams never end; each says whether it was left."""
    left: list[bool] = []

    async def until_left(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(EVENTS)
        with suppress(ConnectionError):
            await reader.read()
        left.append(True)

    async with listening(folders.socket("acorn"), Scripted(b"", until_left)):
        yield left


async def test_a_caddy_that_is_killed_with_open_streams_is_back_at_once_and_the_streams_have_ended(
    elsewhere: Settings, folders: Folders, streaming: list[bool]
) -> None:
    with edge(elsewhere) as process:
        [caddy] = living_children(process.pid)
        async with streams(elsewhere, STREAMS) as opened:
            caddy.kill()
            began = time.monotonic()
            await asyncio.gather(*(_end_of(stream) for stream in opened))
        await asyncio.to_thread(wait_until_listening, elsewhere.port)
        assert time.monotonic() - began < 3
        async with asyncio.timeout(PATIENCE):
            while len(streaming) < STREAMS:
                await asyncio.sleep(0.02)
        async with streams(elsewhere, 1):
            assert len(streaming) == STREAMS


async def test_an_edge_that_is_killed_takes_caddy_with_it_so_that_another_can_follow(
    elsewhere: Settings, folders: Folders, streaming: list[bool]
) -> None:
    with edge(elsewhere) as process:
        [caddy] = living_children(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
        caddy.wait(PATIENCE)
    with edge(elsewhere):
        async with streams(elsewhere, 1):
            pass


async def test_an_edge_that_is_told_to_stop_does_not_wait_for_streams(
    elsewhere: Settings, folders: Folders, streaming: list[bool]
) -> None:
    with edge(elsewhere) as process:
        [caddy] = living_children(process.pid)
        async with streams(elsewhere, 5):
            began = time.monotonic()
            process.terminate()
            assert await asyncio.to_thread(process.wait, PATIENCE) == 0
            assert time.monotonic() - began < 8
        assert not lives(caddy)


def test_a_second_edge_is_refused_and_harms_nothing(elsewhere: Settings) -> None:
    with edge(elsewhere):
        second = subprocess.run(
            [sys.executable, "-m", "control_plane", "edge", "--control", str(elsewhere.control)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert second.returncode == 1
        assert "already serving" in second.stderr
        assert "Traceback" not in second.stderr
        wait_until_listening(elsewhere.port)


def test_a_port_that_is_taken_is_said_in_a_sentence(elsewhere: Settings, caddy: Settings) -> None:
    command = [sys.executable, "-m", "control_plane", "edge", "--control", str(elsewhere.control)]
    taken = subprocess.run([*command, "--port", str(caddy.port)], capture_output=True, text=True, timeout=PATIENCE)
    assert taken.returncode == 1
    assert "Cannot listen on 127.0.0.1" in taken.stderr
    assert "Traceback" not in taken.stderr


@asynccontextmanager
async def streams(settings: Settings, number: int) -> AsyncIterator[list[asyncio.StreamReader]]:
    """So many that have begun: the first event of each has come."""
    opened = [await asyncio.open_connection("127.0.0.1", settings.port) for _ in range(number)]
    for reader, writer in opened:
        writer.write(b"GET / HTTP/1.1\r\nHost: acorn.localhost\r\n\r\n")
        async with asyncio.timeout(PATIENCE):
            await reader.readuntil(b"data: 0")
    yield [reader for reader, _ in opened]
    for _, writer in opened:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _end_of(stream: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        async with asyncio.timeout(PATIENCE):
            await stream.read()
