"""The command line of the control plane. Each command is a few lines here and a verb elsewhere."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
import msgspec

from control_plane.plans import PLANS, PlanName
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


FOLDERS = (
    click.option("--root", type=click.Path(path_type=Path), help="The workspaces’ folder (else TRULYBOT_ROOT)."),
    click.option("--control", type=click.Path(path_type=Path), help="Our own folder (else TRULYBOT_CONTROL)."),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trulybot-control")
@FOLDERS[0]
@FOLDERS[1]
@click.pass_context
def commands(context: click.Context, root: Path | None, control: Path | None) -> None:
    """Gives each customer a workspace of their own, awake when it is needed."""
    context.obj = {"root": root, "control": control}


def with_settings(command: Command) -> Command:
    """Gives a command the settings of the environment, with the folders named before or after it in front."""

    @FOLDERS[0]
    @FOLDERS[1]
    @wraps(command)
    def called(*args: Any, root: Path | None, control: Path | None, **kwargs: Any) -> Any:
        before = click.get_current_context().find_object(dict) or {}
        given = {"root": root or before["root"], "control": control or before["control"]}
        folders = {name: path.absolute() for name, path in given.items() if path}
        return command(msgspec.structs.replace(settings_from(), **folders), *args, **kwargs)

    return called


@commands.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The edge’s port, which addresses name (TRULYBOT_PORT).")
@with_settings
def serve(settings: Settings, port: int | None) -> None:
    """Serve the console, the doorman and the gateway."""
    from control_plane.serving import serve_platform

    serve_platform(msgspec.structs.replace(settings, port=port) if port else settings)


@commands.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The port on loopback’s names (else TRULYBOT_PORT, 8080).")
@with_settings
def edge(settings: Settings, port: int | None) -> None:
    """Serve what strangers reach: Caddy, before the console and the workspaces."""
    from control_plane.edge.watching import run_edge

    run_edge(msgspec.structs.replace(settings, port=port) if port else settings)


@commands.command()
@with_settings
def warden(settings: Settings) -> None:
    """Make and stop containers for the control plane: the one process that holds Docker’s socket."""
    from control_plane.warden.serving import serve_warden

    serve_warden(settings)


@commands.command()
@with_settings
def upgrade(settings: Settings) -> None:
    """Give all workspaces the newest image, a few at a time; or go on with it."""
    from control_plane.commands.upgrading import upgrade as run

    sys.exit(run(settings))


@commands.command()
@with_settings
def doctor(settings: Settings) -> None:
    """Say what is wrong with this platform, and what to do."""
    from control_plane.commands.examining import examine

    text, code = examine(settings)
    click.echo(text)
    sys.exit(code)


@commands.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Port, if it is free.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the demo keeps its platform.")
def demo(port: int, folder: Path | None) -> None:
    """Serve a platform with two workspaces and their mails. No key, no network, no Docker."""
    from control_plane.demo.running import run

    run(port, folder)


@commands.group()
def workspaces() -> None:
    """The workspaces of this platform, by their slugs."""


@workspaces.command("list")
@with_settings
def list_workspaces(settings: Settings) -> None:
    """What is wanted of each, and what there is."""
    from control_plane.commands.workspaces import list_all

    click.echo(list_all(settings))


@workspaces.command("create")
@click.argument("slug")
@click.option("--owner", required=True, metavar="EMAIL", help="An account that is there already.")
@click.option("--name", help="Shown to people; the slug, if not given.")
@click.option("--plan", type=click.Choice(sorted(PLANS)), default="free", show_default=True)
@with_settings
def create_workspace(settings: Settings, slug: str, owner: str, name: str | None, plan: PlanName) -> None:
    """Make one, and print its address once it answers."""
    from control_plane.commands.workspaces import create

    click.echo(create(settings, name or slug, slug, owner, plan))


@workspaces.command("wake")
@click.argument("slug")
@with_settings
def wake_workspace(settings: Settings, slug: str) -> None:
    """Start it, also after it was given up."""
    from control_plane.commands.workspaces import wake

    wake(settings, slug)
    click.echo(f"{slug} is awake.")


@workspaces.command("sleep")
@click.argument("slug")
@with_settings
def put_workspace_to_sleep(settings: Settings, slug: str) -> None:
    """Stop it until somebody comes."""
    from control_plane.commands.workspaces import sleep

    sleep(settings, slug)
    click.echo(f"{slug} is asleep.")


@workspaces.command("suspend")
@click.argument("slug")
@click.option("--reason", required=True, help="Why, as its people read it.")
@with_settings
def suspend_workspace(settings: Settings, slug: str, reason: str) -> None:
    """Take it out of service; nothing is lost."""
    from control_plane.commands.workspaces import suspend

    suspend(settings, slug, reason)
    click.echo(f"{slug} is suspended. Its people read why; “workspaces resume” puts it back.")


@workspaces.command("resume")
@click.argument("slug")
@with_settings
def resume_workspace(settings: Settings, slug: str) -> None:
    """Put a suspended one back into service."""
    from control_plane.commands.workspaces import resume

    resume(settings, slug)
    click.echo(f"{slug} is open again.")


@workspaces.command("remove")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_settings
def remove_workspace(settings: Settings, slug: str, yes: bool) -> None:
    """Erase it with all its data, at once and for good."""
    from control_plane.commands.workspaces import remove

    if not yes and click.prompt(f"Type {slug} to erase all its data") != slug:
        raise CannotStart("Nothing was erased.")
    remove(settings, slug)
    click.echo(f"{slug} is erased.")


@commands.group()
def staff() -> None:
    """Those who operate this platform. They are made here only."""


@staff.command("create")
@click.argument("email")
@with_settings
def create_operator(settings: Settings, email: str) -> None:
    """Print a link under which they choose a password; who has an account is an operator at once."""
    from control_plane.accounts import operators
    from control_plane.platform import written

    link = written(settings, operators.create, settings.console, email)
    click.echo(link or f"{email} has an account already, and is an operator now.")


if __name__ == "__main__":
    main()
