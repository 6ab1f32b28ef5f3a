"""`trulybot-control upgrade`: begin to roll the newest image out, or go on with it, and wait until it has an end."""

import asyncio
from contextlib import ExitStack

import click
from sqlalchemy import Connection

from control_plane.commands.bringing_about import takes_the_folders
from control_plane.platform import Platform
from control_plane.runtimes import queries, rollouts
from control_plane.runtimes.models import FAILED, Rollout
from control_plane.runtimes.runtime import CannotRun
from control_plane.settings import Settings
from trulybot.kit.errors import Unavailable
from trulybot.kit.events import SERVER
from trulybot.kit.words import counted

LOOK_SECONDS = 0.5
MOST_SHOWN = 1000
GOING = ("running", "paused")  # paused by an operator elsewhere, who may go on


def upgrade(settings: Settings) -> int:
    """The exit code: 1 when a workspace failed."""
    return asyncio.run(_upgrade(settings))


async def _upgrade(settings: Settings) -> int:
    platform = Platform.open(settings)
    try:
        with ExitStack() as held:
            if not await _begun(platform):
                return 0
            if await takes_the_folders(platform, held):  # nobody serves, so it is done here
                platform.converging.start()
                platform.rolling_out.start()
            return await _told(platform, await _watched(platform))
    finally:
        await platform.rolling_out.stop()
        await platform.converging.stop()
        await platform.runtime.close()
        platform.db.close()


async def _begun(platform: Platform) -> bool:
    """Whether there is anything to wait for."""
    try:
        images = await platform.runtime.images()
    except CannotRun as error:
        raise Unavailable(f"The images cannot be seen: {error}") from error
    if not images:
        click.echo("There is nothing to roll out: workspaces follow the TrulyBot that is installed here.")
        return False
    if await platform.db.write(_begin_or_go_on, images):
        return True
    click.echo("Every workspace has the newest image.")
    return False


def _begin_or_go_on(connection: Connection, images: tuple[str, ...]) -> bool:
    rollout = queries.latest_rollout(connection)
    if rollout is not None and not rollout.is_over:
        if rollout.state != "running":
            rollouts.go_on(connection, SERVER)
        return True
    if not queries.count_outdated(connection, images[0]):
        return False
    rollouts.begin(connection, images, SERVER)
    return True


async def _watched(platform: Platform) -> Rollout:
    """With a bar where somebody looks on; in a file it would only be noise."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console()
    columns = (
        TextColumn("Upgrading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)
        while True:
            rollout = await platform.db.read(queries.latest_rollout)
            assert rollout is not None
            said = f"{rollout.failed} failed" if rollout.failed else ""
            said = "paused" if rollout.state == "paused" else said
            progress.update(task, completed=rollout.ended, total=rollout.total, description=said)
            if rollout.state not in GOING and not rollout.under_way:
                return rollout
            await asyncio.sleep(LOOK_SECONDS)


async def _told(platform: Platform, rollout: Rollout) -> int:
    upgrades = await platform.db.read(queries.upgrades, rollout.id, MOST_SHOWN)
    for each in upgrades:
        if each.result in FAILED:
            click.echo(f"{each.slug or each.workspace_id}: {each.result}: {each.reason}", err=True)
    click.echo(f"{counted(rollout.upgraded, 'workspace')} of {rollout.total} upgraded, {rollout.failed} failed.")
    if rollout.state == "halted":
        click.echo("Too many failed, so no other was begun. Run it again to go on.", err=True)
    return int(rollout.failed > 0)
