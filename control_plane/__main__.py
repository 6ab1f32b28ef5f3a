"""The command line of the control plane. Each command is a few lines here and a verb elsewhere."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
import msgspec

from control_plane.settings import Settings, settings_from
from trulybot import __version__
from trulybot.kit.errors import CannotStart, Refusal

Command = Callable[..., Any]


def main() -> None:
    """A refusal is one sentence on standard error and exit code 1, never a traceback."""
    try:
        commands()
    except (CannotStart, Refusal) as refusal:
        click.echo(f"trulybot-control: {refusal}", err=True)
        sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trulybot-control")
def commands() -> None:
    """Gives each customer a workspace of their own, awake when it is needed."""


def with_settings(command: Command) -> Command:
    """Gives a command the settings of the environment, with `--root` and `--control` in front."""

    @click.option("--root", type=click.Path(path_type=Path), help="The workspaces’ folder (else TRULYBOT_ROOT).")
    @click.option("--control", type=click.Path(path_type=Path), help="Our own folder (else TRULYBOT_CONTROL).")
    @wraps(command)
    def called(*args: Any, root: Path | None, control: Path | None, **kwargs: Any) -> Any:
        given = {name: path.absolute() for name, path in (("root", root), ("control", control)) if path}
        return command(msgspec.structs.replace(settings_from(), **given), *args, **kwargs)

    return called


@commands.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The edge’s port, which addresses name (TRULYBOT_PORT).")
@with_settings
def serve(settings: Settings, port: int | None) -> None:
    """Serve the console, the doorman and the gateway."""
    from control_plane.serving import serve_platform

    serve_platform(msgspec.structs.replace(settings, port=port) if port else settings)


if __name__ == "__main__":
    main()
