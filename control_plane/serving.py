"""`trulybot-control serve`: one process, three applications, each on its own socket."""

import asyncio
import resource
import sys
from socket import socket

from litestar import Litestar

from control_plane.app import create_app
from control_plane.edge.app import create_doorman
from control_plane.gateway.app import create_gateway
from control_plane.platform import Platform
from control_plane.settings import Settings
from trulybot.kit import logs, server


def serve_platform(settings: Settings) -> None:
    """Serve until told to stop; raises CannotStart when another control plane has these folders."""
    logs.to_standard_error(settings.log_level)
    if sys.platform == "linux":
        _open_as_many_files_as_we_may()
    with server.lock(settings.control), server.lock(settings.root):
        asyncio.run(_serve(settings))


async def serve_all(platform: Platform, *more: tuple[Litestar, socket]) -> None:
    """Our three applications and `more`, until a signal says stop; the platform lives as long as the last of them."""
    settings = platform.settings
    settings.edge.mkdir(mode=0o700, exist_ok=True)
    platform.folders.gateway.mkdir(mode=0o755, exist_ok=True)
    apps = [
        (create_app(platform), server.listen_on_socket(settings.web_socket)),
        (create_doorman(settings, platform.doorman), server.listen_on_socket(settings.doorman_socket)),
        (create_gateway(platform.gateway), server.listen_on_socket(platform.folders.gateway_socket)),
        *more,
    ]
    asyncio.get_running_loop().set_exception_handler(logs.note_in_background)
    try:
        await platform.start()
        await server.serve_together(apps, platform.stopping)
    finally:
        await platform.close()


def _open_as_many_files_as_we_may() -> None:
    """Often 1,024 are given and many more allowed; the connections of all workspaces count."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _serve(settings: Settings) -> None:
    await serve_all(Platform.open(settings))
