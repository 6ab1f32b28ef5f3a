"""Speaking to a workspace's socket and to no other: it owns the folder that is in, and may put a link there."""

import errno
import os
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 2.0
ALL_IS_WELL = b"HTTP/1.1 200"  # no more is read: it may go on for as long as a workspace likes


@contextmanager
def _held(path: Path) -> Iterator[str | None]:
    """A path to the very socket that lies there now; None where there is none, or something else."""
    if sys.platform != "linux":  # no O_PATH: looked at, then used
        yield str(path) if path.is_socket() and not path.is_symlink() else None
        return
    try:
        held = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        yield None
        return
    try:
        yield f"/proc/self/fd/{held}" if stat.S_ISSOCK(os.fstat(held).st_mode) else None
    finally:
        os.close(held)


async def answers(path: Path, seconds: float = SECONDS) -> bool:
    """Whether `/up` is 200 there, and that soon."""
    import asyncio

    with _held(path) as held:
        if held is None:
            return False
        try:
            async with asyncio.timeout(seconds):
                reader, writer = await asyncio.open_unix_connection(held)
                try:
                    writer.write(b"GET /up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    await writer.drain()
                    return (await reader.readexactly(len(ALL_IS_WELL))) == ALL_IS_WELL
                finally:
                    writer.close()
        except (OSError, TimeoutError, EOFError):
            return False


def is_stray(path: Path) -> bool:
    """Whether a socket lies there that nobody listens on, or something lies there that is none."""
    return os.path.lexists(path) and not is_served(path)


def is_served(path: Path) -> bool:
    """Whether somebody listens there, be it that they ever answer."""
    with _held(path) as held:
        if held is None:
            return False
        with socket.socket(socket.AF_UNIX) as client:
            client.setblocking(False)  # where the queue is full, somebody listens who does not accept
            return client.connect_ex(held) in (0, errno.EAGAIN)
