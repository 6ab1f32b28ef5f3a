"""`trulybot serve`: lock the folder, listen, say where, serve."""

import asyncio
import gc
from pathlib import Path

import click

from trulybot.account import first_run
from trulybot.app import create_app
from trulybot.kit import logs, server
from trulybot.kit.words import without_secrets
from trulybot.llm.provider import OPENAI
from trulybot.settings import Settings
from trulybot.workspace import written


def serve_workspace(settings: Settings, uds: Path | None = None) -> None:
    """Serve until told to stop; raises CannotStart when the folder or the port is taken."""
    logs.to_standard_error(settings.log_level)
    with server.lock(settings.data):
        announce(settings, uds)
        serve_here(settings, uds)


def serve_here(settings: Settings, uds: Path | None = None) -> None:
    """The same for a caller that holds the folder's lock."""
    listener = server.listen_on_socket(uds) if uds else server.listen_on_port(settings.host, settings.port)
    stopping = asyncio.Event()
    app = create_app(settings, stopping)
    gc.collect()
    gc.freeze()  # what start-up made stays: later collections need not look at it
    gc.enable()
    server.serve(app, stopping, listener)


def announce(settings: Settings, uds: Path | None) -> None:
    """Where it serves; and, while it has no owner, the one-time link that makes one. A console sends its own."""
    click.echo(f"TrulyBot serves {settings.data} on {uds or settings.address}")
    if settings.has_model:
        click.echo(f"Answers are written by {settings.model_name} at {without_secrets(settings.model_url or OPENAI)}")
    if settings.given is None and written(settings, first_run.is_needed):
        link = written(settings, first_run.sign_in_link, settings.address)
        click.echo(f"Set up this workspace here (the link works once): {link}")
