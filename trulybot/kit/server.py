"""Serving an application: one process a folder, on a port or a unix socket, and a stop that waits for no stream."""

import asyncio
import fcntl
import os
import signal
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import uvicorn
from litestar import Litestar
from uvicorn.protocols.http.h11_impl import H11Protocol

from trulybot.kit.errors import CannotStart
from trulybot.kit.folders import make_private

LOCK = "serving.lock"
LONGEST_STOP = 5  # seconds that requests under way are given


class Peer(H11Protocol):
    """Tells the application who is at the other end of a unix socket: pid, uid and gid, as the kernel knows them.

    Where the application says `most_of_a_peer`, another user may hold so many connections and no more.
    """

    uid: int | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family == socket.AF_UNIX and hasattr(socket, "SO_PEERCRED"):
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            peer: tuple[int, int, int] = struct.unpack("3i", credentials)
            self.app_state = {**self.app_state, "peer": peer}
            self.uid = peer[1]
            if self._is_one_too_many():
                transport.close()

    def _is_one_too_many(self) -> bool:
        most: int | None = getattr(self.config.app, "most_of_a_peer", None)
        if most is None or self.uid == os.geteuid():
            return False
        held: int = sum(each.uid == self.uid for each in self.connections if isinstance(each, Peer))
        return held > most


class Server(uvicorn.Server):
    """A uvicorn that tells open streams to end before it waits for them; left alone it would wait for ever."""

    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping.set()
        await super().shutdown(sockets)


def serve(app: Litestar, stopping: asyncio.Event, listener: socket.socket) -> None:
    """Serve until a signal says stop."""
    Server(configuration(app), stopping).run(sockets=[listener])


async def serve_together(apps: list[tuple[Litestar, socket.socket]], stopping: asyncio.Event) -> None:
    """Serve several, each on its own socket, until a signal says stop to all or one of them fails."""
    servers = [_Together(configuration(app), stopping) for app, _ in apps]
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _end, servers)
    serving = [
        asyncio.create_task(server.serve(sockets=[listener]))
        for server, (_, listener) in zip(servers, apps, strict=True)
    ]
    await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
    _end(servers)
    await asyncio.gather(*serving)


class _Together(Server):
    """Leaves the signals to whoever serves several."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _end(servers: "list[_Together]") -> None:
    for server in servers:
        server.should_exit = True


def configuration(app: Litestar) -> uvicorn.Config:
    """How uvicorn is to serve an application of ours."""
    return uvicorn.Config(
        app,
        http=Peer,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=LONGEST_STOP,
    )


def lock(folder: Path) -> IO[str]:
    """Hold the folder for this process; the lock goes with the process. Raises CannotStart when another holds it."""
    held = try_lock(folder)
    if held is None:
        raise CannotStart(f"Another TrulyBot is already serving {folder}. Stop it first, or choose another folder.")
    return held


def try_lock(folder: Path, name: str = LOCK) -> IO[str] | None:
    """None while another process holds it."""
    make_private(folder)
    file = (folder / name).open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def listen_on_port(host: str, port: int) -> socket.socket:
    """A bound TCP socket; raises CannotStart when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without the protocol's number asyncio would leave Nagle's delay on: 40 ms for an answer in two pieces.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise CannotStart(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another with --port.") from error
    return listener


def listen_on_socket(path: Path) -> socket.socket:
    """A bound unix socket, mode 0666: who may connect is decided by its folder. Call it holding the folder's lock."""
    if len(os.fsencode(path)) > 107:
        raise CannotStart(f"The socket path {path} is longer than the 107 bytes unix allows. Use a shorter folder.")
    if path.exists() and not path.is_socket():
        raise CannotStart(f"{path} is there already and is not a socket. Choose another with --uds.")
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
    except OSError as error:
        listener.close()
        raise CannotStart(f"Cannot listen on {path}: {error.strerror}. Choose another with --uds.") from error
    path.chmod(0o666)
    return listener


def free_port(host: str, wanted: int) -> int:
    """`wanted`, or any free port when it is taken."""
    with suppress(CannotStart), listen_on_port(host, wanted) as listener:
        found: tuple[Any, int] = listener.getsockname()[:2]
        return found[1]
    with listen_on_port(host, 0) as listener:
        chosen: tuple[Any, int] = listener.getsockname()[:2]
        return chosen[1]
