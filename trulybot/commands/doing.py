"""`trulybot job`: what a platform has done to one workspace, beside it or while it is stopped."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import msgspec

from trulybot import __version__
from trulybot.contract import Job
from trulybot.keep import backup, exporting, importing, restoring
from trulybot.keep.proving import prove
from trulybot.keep.rehearsing import rehearsed
from trulybot.keep.soundness import assert_sound
from trulybot.kit import logs, server, sqlite
from trulybot.kit.errors import CannotStart, Conflict, NotFound, Unavailable
from trulybot.kit.folders import make_private
from trulybot.kit.migrate import pending
from trulybot.settings import Settings
from trulybot.workspace import MIGRATIONS, Workspace

ALONE = frozenset({"restore", "import"})  # while nobody serves

log = logging.getLogger(__name__)

Said = dict[str, Any]


def do(settings: Settings, job: Job) -> str:
    """What came of it, as a line of JSON. Raises CannotStart, and a Refusal."""
    logs.to_standard_error(settings.log_level)
    if not settings.data.is_dir() or not (settings.database.exists() or job in ALONE):
        raise NotFound(f"There is no workspace in {settings.data}. Name its folder with --data.")
    with ExitStack() as held:
        held.enter_context(_lock(settings))
        if job in ALONE:
            held.enter_context(server.lock(settings.data))
        try:
            return msgspec.json.encode(_JOBS[job](settings)).decode()
        except (OSError, sqlite.choose_library().Error) as error:
            log.error("The job %s failed: %s", job, type(error).__name__)
            raise Unavailable("The data could not be read or written. Check that its disk has room.") from error


def _lock(settings: Settings) -> Any:
    """One at a time, so that each may put things in places of its own."""
    held = server.try_lock(settings.data, "job.lock")
    if held is None:
        raise Conflict("Another job is at work on this workspace. Wait until it has ended.")
    return held


def _migrate(settings: Settings) -> Said:
    with rehearsed(settings.database, MIGRATIONS) as (folder, applied):
        asyncio.run(_opened(msgspec.structs.replace(settings, data=folder)))
    return {"pending": len(applied)}


async def _opened(settings: Settings) -> None:
    workspace = Workspace.open(settings)
    try:
        await workspace.room()
    finally:
        await workspace.close()


def _backup(settings: Settings) -> Said:
    file = settings.backup
    make_private(file.parent)
    return {"file": str(file.relative_to(settings.data)), "bytes": backup.copy(settings.database, file)}


def _restore(settings: Settings) -> Said:
    restoring.restore(settings.database, settings.backup, MIGRATIONS)
    return {"restored": str(settings.backup.relative_to(settings.data))}


def _export(settings: Settings) -> Said:
    archive = settings.exported
    manifest = exporting.export(settings.database, settings.uploads, archive)
    return {
        "file": str(archive.relative_to(settings.data)),
        "bytes": archive.stat().st_size,
        "files": len(manifest.files),
    }


def _import(settings: Settings) -> Said:
    manifest = importing.take_in(
        settings.imported, settings.database, settings.uploads, settings.max_total_bytes, MIGRATIONS
    )
    return {"version": manifest.version, "files": len(manifest.files)}


def _check(settings: Settings) -> Said:
    lacking = pending(settings.database, MIGRATIONS)
    if lacking:
        raise CannotStart(f"The database lacks the migration {lacking[0]}. Start the workspace once, then check it.")
    assert_sound(settings.database)
    return {"answers": True, "answer": asyncio.run(_proved(settings)), "version": __version__}


async def _proved(settings: Settings) -> str:
    workspace = Workspace.open(settings)
    try:
        return await prove(await workspace.room())
    finally:
        await workspace.close()


_JOBS: dict[Job, Callable[[Settings], Said]] = {
    "migrate": _migrate,
    "backup": _backup,
    "restore": _restore,
    "export": _export,
    "import": _import,
    "check": _check,
}
