"""`trulybot demo`: a workspace filled with TrulyBot's own documents, kept between runs, refilled when they change."""

import asyncio
import hashlib
from pathlib import Path

import click
import msgspec

from trulybot.account import first_run
from trulybot.commands.examples import add_examples
from trulybot.commands.ingesting import watch
from trulybot.kit import logs, server
from trulybot.kit.errors import CannotStart
from trulybot.knowledge import queries, sources
from trulybot.knowledge.models import Source
from trulybot.serving import serve_here
from trulybot.settings import Settings, model_settings_from
from trulybot.workspace import Workspace

CHECKOUT = Path(__file__).parents[1]
SUGGESTIONS = (
    "What is TrulyBot?",
    "Which files can it read?",
    "How do I back up my workspace?",
    "Does it work without an API key?",
)
CONTACT = "To reach a person, open an issue in TrulyBot’s repository."


def run(port: int, data: Path | None) -> None:
    """Fill the workspace and serve it until told to stop."""
    logs.to_standard_error("WARNING")
    folder = data or CHECKOUT / ".demo"
    held = server.lock(folder)
    settings = msgspec.structs.replace(model_settings_from(), data=folder, port=server.free_port("127.0.0.1", port))
    with held:
        asyncio.run(_fill(settings, documents()))
        serve_here(settings, _announce)


def documents() -> list[Path]:
    """TrulyBot's own README and docs; raises CannotStart where they were not installed along."""
    found = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))]
    if not found[0].exists():
        raise CannotStart("The demo shows TrulyBot's own documents, which are in its repository. Run it from there.")
    return found


def _announce(workspace: Workspace) -> None:
    settings = workspace.settings
    link = workspace.db.write_now(first_run.sign_in_link, settings.address)
    click.echo(f"\n  Ask it      {settings.address}/chat")
    click.echo(f"  On a page   {settings.address}/widget/preview")
    click.echo(f"  Look inside {settings.address}/")
    click.echo(f"  Mails       {settings.address}/mails  (kept there, not sent)")
    click.echo(f"  Sign in     {link}  (works once)")
    click.echo(
        f"  Answers are {f'written by {settings.model_name}' if settings.has_model else 'quoted, word for word'}"
    )
    click.echo(f"\n  The workspace is kept in {settings.data}. Stop with Ctrl-C.\n")


async def _fill(settings: Settings, files: list[Path]) -> None:
    """Make the sources equal the files: only what is new or has changed is read."""
    workspace = Workspace.open(settings)
    try:
        if not (await workspace.choices.now()).suggestions:
            await workspace.choices.change({"suggestions": SUGGESTIONS, "contact": CONTACT})
        there = {source.title: source for source in await workspace.db.read(queries.sources, 1000)}
        changed = [source for file in files if (source := await _put(workspace, file, there.pop(file.name, None)))]
        for name, source in there.items():
            if name.endswith(".md"):
                await sources.erase(workspace.db, workspace.shelf, source.id)
        if changed:
            click.echo(f"Reading {len(changed)} documents of TrulyBot’s own")
            working = asyncio.create_task(workspace.workers.finish())
            await watch(workspace, changed)
            await add_examples(workspace)
            working.cancel()  # what is left to do, the server does while it answers already
            await asyncio.wait([working])
    finally:
        await workspace.close()


async def _put(workspace: Workspace, file: Path, source: Source | None) -> Source | None:
    """The source to be read, if there is something new to read."""
    if source is None:
        with file.open("rb") as content:
            return await sources.add_file(workspace.db, workspace.shelf, file.name, content)
    kept = workspace.shelf.folder / str(source.file)
    if source.status == "ready" and _digest(kept) == _digest(file):
        return None
    kept.write_bytes(file.read_bytes())
    return source if source.is_busy else await workspace.db.write(sources.read_again, source.id)


def _digest(file: Path) -> bytes:
    return hashlib.sha256(file.read_bytes() if file.exists() else b"").digest()
