"""`trulybot ingest`: add documents and watch them until they are ready or have failed."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path

import click

from trulybot.kit import server
from trulybot.kit.errors import NotFound
from trulybot.kit.texts import told
from trulybot.knowledge import queries, sources
from trulybot.knowledge.models import Source, Walk
from trulybot.settings import Settings
from trulybot.workspace import Workspace

LOOK_SECONDS = 0.2


async def ingest(settings: Settings, documents: Sequence[str]) -> int:
    """The exit code: 0 when every document is ready. Where a server holds the folder, it does the work."""
    given = [found for document in documents for found in _each(document)]
    held = server.try_lock(settings.data)
    workspace = Workspace.open(settings)
    try:
        added = [await _add(workspace, document) for document in given]
        with held or nullcontext():
            working = asyncio.create_task(workspace.workers.finish()) if held else None
            done = await watch(workspace, added)
            if working:
                await working
    finally:
        await workspace.close()
    for source in done:
        said = told(source.error) if source.error else f"{source.passages:,} passages"
        click.echo(f"{source.title}: {said}", err=source.status == "failed")
    return int(any(source.status != "ready" for source in done))


async def watch(workspace: Workspace, added: Sequence[Source]) -> list[Source]:
    """Show the progress of all until none is busy, whoever does the work."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[step]}"))
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks = {source.id: progress.add_task(source.title, total=1.0, step="") for source in added}
        while True:
            found = [source for i in tasks if (source := await workspace.db.read(queries.source, i))]
            for source in found:
                title = source.title if len(source.title) <= 40 else source.title[:39] + "…"
                progress.update(tasks[source.id], completed=_overall(source), description=title, step=source.status)
            if not any(source.is_busy for source in found):
                return found
            await asyncio.sleep(LOOK_SECONDS)


def _overall(source: Source) -> float:
    """Reading is quick and indexing slow: a tenth of the way and the rest."""
    begun = {"queued": 0.0, "reading": 0.1 * source.progress, "indexing": 0.1 + 0.9 * source.progress}
    return begun.get(source.status, 1.0)


def _each(document: str) -> Iterable[str | Path]:
    if document.startswith(("http://", "https://")):
        return [document]
    path = Path(document)
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
    if not path.is_file():
        raise NotFound(f"There is no file or folder {document}.")
    return [path]


async def _add(workspace: Workspace, document: str | Path) -> Source:
    if isinstance(document, str):
        return await sources.add_address(workspace.db, workspace.shelf, "url", document, Walk())
    with document.open("rb") as file:
        return await sources.add_file(workspace.db, workspace.shelf, document.name, file)
