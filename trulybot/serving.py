"""`trulybot serve`: lock the folder, listen, say where, serve."""

import asyncio
import gc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from trulybot.account import first_run
from trulybot.app import create_app
from trulybot.kit import logs, server
from trulybot.kit.words import without_secrets
from trulybot.llm.provider import OPENAI
from trulybot.settings import Settings
from trulybot.workspace import Workspace


def serve_workspace(settings: Settings, uds: Path | None = None) -> None:
    """Serve until told to stop; raises CannotStart when the folder or the port is taken."""
    logs.to_standard_error(settings.log_level)
    with server.lock(settings.data):
        serve_here(settings, partial(announce, where=uds or settings.address), uds)


def serve_here(settings: Settings, announce: Callable[[Workspace], None], uds: Path | None = None) -> None:
    """The same for a caller that holds the folder's lock; `announce` is called when it is about to answer."""
    listener = server.listen_on_socket(uds) if uds else server.listen_on_port(settings.host, settings.port)
    stopping = asyncio.Event()
    app = create_app(settings, stopping)
    announce(app.workspace)
    # What start-up made stays: later collections need not look at it. Nor is it looked at now, which would cost a
    # tenth of the start and free less than a megabyte.
    gc.freeze()
    gc.enable()
    server.serve(app, stopping, listener)


def announce(workspace: Workspace, where: Path | str) -> None:
    """Where it serves; and, while it has no owner, the one-time link that makes one. A console sends its own."""
    settings, db = workspace.settings, workspace.db
    click.echo(f"TrulyBot serves {settings.data} on {where}")
    if settings.has_model:
        click.echo(f"Answers are written by {settings.model_name} at {without_secrets(settings.model_url or OPENAI)}")
    if settings.given is None and db.write_now(first_run.is_needed):
        link = db.write_now(first_run.sign_in_link, settings.address)
        click.echo(f"Set up this workspace here (the link works once): {link}")
