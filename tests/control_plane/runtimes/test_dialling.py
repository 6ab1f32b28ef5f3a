"""A workspace that puts whatever it likes where its socket should be, and answers there as it likes."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import pytest

from control_plane.runtimes.dialling import answers, is_served, is_stray
from tests.control_plane.edge.sockets import OK, Scripted, listening

SOON = 0.5  # seconds

Put = Callable[[Path], None]


def put_link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def put_folder(path: Path) -> None:
    path.mkdir()


def put_file(path: Path) -> None:
    path.touch(mode=0o000)


def put_pipe(path: Path) -> None:
    """Whoever opens it to read waits for a writer."""
    os.mkfifo(path)


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / "app.sock"


async def test_a_200_is_an_answer(path: Path) -> None:
    async with listening(path, Scripted(OK)):
        assert await answers(path)
        assert is_served(path) and not is_stray(path)


@pytest.mark.parametrize("put", [put_link_to_itself, put_folder, put_file, put_pipe])
async def test_what_is_no_socket_is_not_spoken_to(path: Path, put: Put) -> None:
    put(path)
    assert not await answers(path)
    assert not is_served(path) and is_stray(path)


async def test_a_link_is_not_followed(path: Path) -> None:
    async with listening(path.with_name("others.sock"), Scripted(OK)) as other:
        path.symlink_to("others.sock")
        assert not await answers(path) and not is_served(path)
        assert other.requests == []


async def _says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _never_ends_its_line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def _ends_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@pytest.mark.parametrize("answering", [_says_nothing, _never_ends_its_line, _ends_at_once])
async def test_any_other_answer_is_none(
    path: Path, answering: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
) -> None:
    async with listening(path, Scripted(b"", answering)):
        began = monotonic()
        assert not await answers(path, SOON)
        assert monotonic() - began < 2 * SOON
        await asyncio.sleep(0.1)  # until it has noticed that nobody listens any more


async def test_one_that_takes_no_calls_keeps_nobody_waiting(path: Path) -> None:
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(str(path))
        listener.listen(0)
        for _ in range(2):  # more than its queue holds
            client = stack.enter_context(socket.socket(socket.AF_UNIX))
            client.setblocking(False)
            client.connect_ex(str(path))
        began = monotonic()
        assert is_served(path)
        assert not await answers(path, SOON)
        assert monotonic() - began < 2 * SOON
