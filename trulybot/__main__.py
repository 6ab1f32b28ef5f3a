"""The command line. Each command is a few lines here and a verb elsewhere, imported when it is called for."""

import gc

gc.disable()  # nothing the imports make is garbage, and looking for it costs a tenth of the start

import asyncio  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from functools import wraps  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any, get_args  # noqa: E402

import click  # noqa: E402
import msgspec  # noqa: E402

from trulybot import __version__  # noqa: E402
from trulybot.account.models import Scope  # noqa: E402
from trulybot.contract import Job  # noqa: E402
from trulybot.kit.errors import CannotStart, Refusal  # noqa: E402
from trulybot.settings import Settings, settings_from  # noqa: E402

Command = Callable[..., Any]


def main() -> None:
    """A refusal is one sentence on standard error and exit code 1, never a traceback."""
    try:
        commands()
    except (CannotStart, Refusal) as refusal:
        click.echo(f"trulybot: {refusal}", err=True)
        sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trulybot")
def commands() -> None:
    """A chatbot that answers from your own documents, with sources, or says that it cannot."""


def with_settings(command: Command) -> Command:
    """Gives a command the settings of the environment, with `--data` in front."""

    @click.option("--data", type=click.Path(path_type=Path), help="The workspace's folder (else TRULYBOT_DATA).")
    @wraps(command)
    def called(*args: Any, data: Path | None, **kwargs: Any) -> Any:
        settings = settings_from()
        return command(msgspec.structs.replace(settings, data=data) if data else settings, *args, **kwargs)

    return called


@commands.command()
@click.option("--host", help="Address to listen on (else TRULYBOT_HOST, 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (else TRULYBOT_PORT, 8000).")
@click.option("--uds", type=click.Path(path_type=Path), help="A unix socket to listen on instead.")
@with_settings
def serve(settings: Settings, host: str | None, port: int | None, uds: Path | None) -> None:
    """Serve the workspace."""
    from trulybot.serving import serve_workspace

    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    serve_workspace(msgspec.structs.replace(settings, **given), uds)


@commands.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port, if it is free.")
@click.option("--data", type=click.Path(path_type=Path), help="Where the demo keeps its workspace.")
def demo(port: int, data: Path | None) -> None:
    """Serve a workspace filled with TrulyBot's own documents. No key, no network, no Docker."""
    from trulybot.demo import run

    run(port, data)


@commands.command()
@click.argument("documents", nargs=-1, required=True, metavar="PATH…|URL…")
@with_settings
def ingest(settings: Settings, documents: tuple[str, ...]) -> None:
    """Add files, folders or web pages, and wait until they are ready."""
    from trulybot.commands.ingesting import ingest as run

    sys.exit(asyncio.run(run(settings, documents)))


@commands.command()
@click.argument("question")
@with_settings
def ask(settings: Settings, question: str) -> None:
    """Answer one question here, with its sources."""
    from trulybot.commands.asking import ask as run

    asyncio.run(run(settings, question))


@commands.command("eval")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--with",
    "choices",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file of settings to answer under; give two to compare them.",
)
@with_settings
def evaluate(settings: Settings, file: Path, choices: tuple[Path, ...]) -> None:
    """Measure search with your own questions: a CSV or JSON lines with `question` and the expected `source`.

    With settings, measure the answers they give: answered, refused, sources, support, cost and time.
    """
    if choices:
        from trulybot.commands.comparing import compare

        asyncio.run(compare(settings, file, choices))
        return
    from trulybot.commands.evaluating import evaluate as run

    asyncio.run(run(settings, file))


@commands.group("api-key")
def api_key() -> None:
    """Keys for programs."""


@api_key.command("create")
@click.argument("name")
@click.option("--scope", type=click.Choice(["viewer", "agent", "admin"]), default="admin", show_default=True)
@with_settings
def create_api_key(settings: Settings, name: str, scope: Scope) -> None:
    """Make a key and print it alone; it is not shown again. It may do what a teammate of that role may."""
    from trulybot.account import api_keys

    click.echo(_written(settings, api_keys.create, name, scope))


@commands.command("sign-in-link")
@with_settings
def sign_in_link(settings: Settings) -> None:
    """Print a one-time link: to set up the workspace, or to sign its owner in."""
    from trulybot.account import first_run

    _refuse_hosted(settings)
    click.echo(_written(settings, first_run.sign_in_link, settings.address))


@commands.command("reset-password")
@with_settings
def reset_password(settings: Settings) -> None:
    """Print a one-time link to set a new password for the owner."""
    from trulybot.account import first_run

    _refuse_hosted(settings)
    click.echo(_written(settings, first_run.new_password_link, settings.address))


@commands.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_settings
def backup(settings: Settings, file: Path) -> None:
    """Write the database to a new file, whole and consistent, while the workspace may be serving."""
    from trulybot.keep.backup import back_up

    back_up(settings.database, file)
    click.echo(f"Saved {file} ({file.stat().st_size / 1_000_000:.1f} MB). Uploaded files are in {settings.uploads}.")


@commands.command()
@click.argument("job", type=click.Choice(get_args(Job)))
@with_settings
def job(settings: Settings, job: Job) -> None:
    """Do what a platform asks of a workspace, and print a line of JSON.

    “restore” goes back to the last “backup”, “import” puts imports/workspace.zip in place of everything, and both want
    the workspace stopped. “export” writes exports/workspace.zip; “migrate” only tries whether this version can bring
    the data up to date; “check” proves that the workspace is sound and answers.
    """
    from trulybot.commands.doing import do

    click.echo(do(settings, job))


@commands.command()
@with_settings
def doctor(settings: Settings) -> None:
    """Say what is wrong with this installation, and what to do."""
    from trulybot.commands.examining import examine

    sys.exit(examine(settings))


def _refuse_hosted(settings: Settings) -> None:
    if settings.given:
        raise CannotStart("Nobody signs in to a hosted workspace. Go in from the console.")


def _written(settings: Settings, work: Command, *arguments: Any) -> Any:
    """What one write to the workspace's database gives; it may be serving at the same time."""
    from trulybot.workspace import written

    return written(settings, work, *arguments)


if __name__ == "__main__":
    main()
