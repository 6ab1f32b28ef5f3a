"""`trulybot-control demo`: console, workspaces, edge and mails with one command, on loopback's own names."""

import asyncio
import os
import secrets
import signal
from contextlib import ExitStack
from pathlib import Path
from socket import socket

import click
import msgspec

from control_plane.demo.filling import OPERATOR, OWNER, WORKSPACES, fill
from control_plane.demo.mails import SLUG, create_mail_page
from control_plane.edge.caddy import Ports
from control_plane.edge.watching import keep_running, write_configuration
from control_plane.platform import Platform
from control_plane.serving import serve_all
from control_plane.settings import Settings, settings_from
from trulybot.contract import APP_SOCKET, PREFIX
from trulybot.kit import logs, server
from trulybot.kit.errors import CannotStart
from trulybot.kit.folders import make_private

CHECKOUT = Path(__file__).parents[2]
LONGEST_FOLDER = 60  # bytes; the longest socket below it has 46 more


def run(port: int, folder: Path | None) -> None:
    """Fill the platform and serve it until told to stop."""
    logs.to_standard_error("WARNING")
    folder = (folder or CHECKOUT / ".platform").absolute()
    if len(os.fsencode(folder)) > LONGEST_FOLDER:
        raise CannotStart(f"{folder} is too long a path for the sockets below it. Choose a shorter --folder.")
    settings = _settings(server.free_port("127.0.0.1", port), folder)
    make_private(settings.control)
    with ExitStack() as held:
        for locked in (settings.control, settings.root, settings.edge):
            held.enter_context(server.lock(locked))
        asyncio.run(_run(settings, folder / "demo"))


def _settings(port: int, folder: Path) -> Settings:
    """Defaults, but for the language model that the environment gives."""
    names = (f"{PREFIX}MODEL",)
    given = settings_from({name: value for name, value in os.environ.items() if name.startswith(names)})
    places = {"root": folder / "root", "control": folder / "control", "port": port}
    return msgspec.structs.replace(given, strangers_may_sign_up=True, **places)


async def _run(settings: Settings, folder: Path) -> None:
    make_private(folder)
    platform = Platform.open(settings)
    listener = _mail_socket(platform, folder)
    mails = create_mail_page(platform.db, settings.host_of(SLUG))
    serving = asyncio.create_task(serve_all(platform, (mails, listener)))
    edge = asyncio.create_task(
        keep_running(settings, write_configuration(settings, Ports(settings.port)), platform.stopping)
    )
    try:
        await _show(platform, folder, serving)
    finally:
        await asyncio.gather(serving, edge)
        for workspace in await platform.runtime.observe():
            await platform.runtime.stop(workspace)


async def _show(platform: Platform, folder: Path, serving: "asyncio.Task[None]") -> None:
    password = secrets.token_urlsafe(9)
    filling = asyncio.create_task(fill(platform, folder, password))
    await asyncio.wait([filling, serving], return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        filling.cancel()
    elif error := filling.exception():
        signal.raise_signal(signal.SIGTERM)
        raise error
    else:
        _announce(platform.settings, password, folder)


def _announce(settings: Settings, password: str, folder: Path) -> None:
    click.echo("")
    for shown in WORKSPACES:
        address = settings.address_of(settings.host_of(shown.slug))
        click.echo(f"  {shown.name:13} {address}/chat   ask: {shown.questions[0]}")
    click.echo(f"  Console       {settings.console}/")
    click.echo(f"  Sign in as    {OWNER}, who owns both, or {OPERATOR}, who runs the platform")
    click.echo(f"  Password      {password}  (of both, new with each start)")
    click.echo(f"  Mails         {settings.address_of(settings.host_of(SLUG))}/  (kept there, not sent)")
    click.echo(f"\n  The platform is kept in {folder.parent}. Stop with Ctrl-C.\n")


def _mail_socket(platform: Platform, folder: Path) -> socket:
    """Its name leads to where converge, which keeps the names of workspaces, takes it for foreign."""
    platform.folders.names.mkdir(parents=True, exist_ok=True)
    name = platform.folders.names / SLUG
    if not name.is_symlink():
        name.symlink_to(folder)
    return server.listen_on_socket(folder / APP_SOCKET)
