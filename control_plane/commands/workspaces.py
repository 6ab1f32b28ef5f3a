"""`trulybot-control workspaces …`"""

import asyncio

from sqlalchemy import Connection

from control_plane.accounts import queries as account_queries
from control_plane.commands.bringing_about import Reached, bring_about
from control_plane.plans import PlanName
from control_plane.platform import Platform, written
from control_plane.runtimes.dialling import answers
from control_plane.settings import Settings
from control_plane.workspaces import creating, queries, running, suspending
from control_plane.workspaces.models import Workspace
from trulybot.kit.clock import as_datetime
from trulybot.kit.errors import NotFound
from trulybot.kit.events import SERVER, record
from trulybot.kit.texts import N_
from trulybot.kit.words import sized

HEADINGS = ("slug", "plan", "state", "runs", "size", "last activity", "name")


def list_all(settings: Settings) -> str:
    """A table of what is wanted and what there is."""
    rows = asyncio.run(_rows(settings))
    widths = [max(len(row[at]) for row in (HEADINGS, *rows)) for at in range(len(HEADINGS))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (HEADINGS, *rows))
    return "\n".join(line.rstrip() for line in lines)


def create(settings: Settings, name: str, slug: str, owner: str, plan: PlanName) -> str:
    """Its address, once it answers. Raises NotFound where nobody has signed up with this address."""
    workspace = written(settings, _create, name, slug, owner, plan)
    asyncio.run(bring_about(settings, _runs(workspace.id)))
    return settings.address_of(settings.host_of(slug))


def wake(settings: Settings, slug: str) -> None:
    """Awake when this returns; one that was given up after its failures is tried again."""
    workspace = written(settings, _wake, slug)
    asyncio.run(bring_about(settings, _runs(workspace.id)))


def sleep(settings: Settings, slug: str) -> None:
    workspace = written(settings, _sleep, slug)
    asyncio.run(bring_about(settings, _is_stopped(workspace.id)))


def suspend(settings: Settings, slug: str, reason: str) -> None:
    workspace = written(settings, _suspend, slug, reason)
    asyncio.run(bring_about(settings, _is_stopped(workspace.id)))


def resume(settings: Settings, slug: str) -> None:
    workspace = written(settings, _resume, slug)
    asyncio.run(bring_about(settings, _runs(workspace.id)))


def remove(settings: Settings, slug: str) -> None:
    """Erased for good, at once, whatever state it was in."""
    workspace = written(settings, _remove, slug)
    asyncio.run(bring_about(settings, _is_erased(workspace.id)))


def _found(connection: Connection, slug: str) -> Workspace:
    workspace = queries.workspace_with(connection, slug)
    if workspace is None:
        raise NotFound(f"There is no workspace “{slug}”. “trulybot-control workspaces list” names them all.")
    return workspace


def _create(connection: Connection, name: str, slug: str, owner: str, plan: PlanName) -> Workspace:
    account = account_queries.account_with(connection, owner)
    if account is None:
        raise NotFound(f"Nobody has signed up as {owner}. Let them sign up first.")
    return creating.create(connection, account.id, name, slug, SERVER, plan)


def _wake(connection: Connection, slug: str) -> Workspace:
    workspace = _found(connection, slug)
    running.wake(connection, workspace, SERVER)
    return workspace


def _sleep(connection: Connection, slug: str) -> Workspace:
    workspace = _found(connection, slug)
    running.sleep(connection, workspace, SERVER)
    return workspace


def _suspend(connection: Connection, slug: str, reason: str) -> Workspace:
    workspace = _found(connection, slug)
    suspending.suspend(connection, workspace, reason, SERVER)
    return workspace


def _resume(connection: Connection, slug: str) -> Workspace:
    workspace = _found(connection, slug)
    suspending.resume(connection, workspace, SERVER)
    queries.wake(connection, workspace.id)
    return workspace


def _remove(connection: Connection, slug: str) -> Workspace:
    workspace = _found(connection, slug)
    queries.want(connection, workspace.id, "erased", workspace.wanted)
    record(connection, SERVER, N_("Removed a workspace"), slug, workspace.id)
    return workspace


def _runs(workspace_id: str) -> Reached:
    async def runs(platform: Platform) -> bool:
        return await answers(platform.folders.socket(workspace_id))

    return runs


def _is_stopped(workspace_id: str) -> Reached:
    async def is_stopped(platform: Platform) -> bool:
        return workspace_id not in await platform.runtime.observe()

    return is_stopped


def _is_erased(workspace_id: str) -> Reached:
    async def is_erased(platform: Platform) -> bool:
        workspace = await platform.db.read(queries.workspace, workspace_id)
        return workspace is None or workspace.erased_at is not None

    return is_erased


async def _rows(settings: Settings) -> list[tuple[str, ...]]:
    platform = Platform.open(settings)
    try:
        found = await platform.runtime.observe()
        workspaces = await platform.db.read(queries.workspaces)
        return [
            (
                workspace.slug or "",
                workspace.plan,
                workspace.state,
                "yes" if workspace.id in found else "no",
                sized(await platform.runtime.size(workspace.id)),
                f"{as_datetime(workspace.active_at):%Y-%m-%d %H:%M}" if workspace.active_at else "never",
                workspace.name,
            )
            for workspace in workspaces
        ]
    finally:
        platform.db.close()
