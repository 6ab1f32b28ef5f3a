"""Making what there is into what is wanted, one safe step a workspace at a time, again and again.

Nothing is remembered from one pass to the next but who answered and who did not: a pass that was cut off anywhere is
finished by the next one, of this process or of its successor, and one that finds all well writes nothing.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence

from control_plane.folders import Folders
from control_plane.runtimes import given
from control_plane.runtimes.dialling import answers, is_served, is_stray
from control_plane.runtimes.runtime import CannotRun, Found, Runtime
from control_plane.runtimes.spec import spec_of
from control_plane.runtimes.starting import SECONDS as START_SECONDS
from control_plane.runtimes.starting import DidNotStart, Starting
from control_plane.runtimes.steps import Step, next_step
from control_plane.runtimes.telling import Telling
from control_plane.runtimes.turns import SECONDS as STEP_SECONDS
from control_plane.runtimes.turns import Turns
from control_plane.runtimes.upgrading import SECONDS as UPGRADE_SECONDS
from control_plane.runtimes.upgrading import Upgrading
from control_plane.settings import Settings
from control_plane.workspaces import erasing, queries
from control_plane.workspaces.models import Workspace
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.letters import Letters
from trulybot.kit.logs import without_words

EVERY = 3.0  # seconds
AGAIN_AFTER = 0.2  # seconds, where there may be a further step to take
HANGS_AFTER = 3  # times in a row that it did not answer
LOST_AFTER = 2  # where nobody listens at all
ANSWER_SECONDS = 5.0

log = logging.getLogger(__name__)


class Converging:
    def __init__(
        self,
        db: Database,
        runtime: Runtime,
        starting: Starting,
        turns: Turns,
        settings: Settings,
        telling: Telling,
        upgrading: Upgrading,
        letters: Letters,
    ) -> None:
        self._db = db
        self._runtime = runtime
        self._starting = starting
        self._turns = turns
        self._settings = settings
        self._telling = telling
        self._upgrading = upgrading
        self._letters = letters
        self._folders = Folders(settings.root)
        self._silent: dict[str, int] = {}
        self._steps: dict[str, asyncio.Task[None]] = {}
        self._nudge = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    def nudge(self) -> None:
        """Something else may be wanted now."""
        self._nudge.set()

    async def finish(self) -> None:
        """Wait for the steps that were begun."""
        await asyncio.gather(*self._steps.values())

    async def stop(self) -> None:
        tasks = [*self._steps.values(), *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def once(self) -> int:
        """One pass; how many things it changed or began to change. A slow step holds nobody else up."""
        await self._note_what_is_due()
        workspaces = await self._db.read(queries.workspaces)
        changed = await self._tell(workspaces)
        found = await self._runtime.observe()
        steps = await asyncio.gather(*(self._step(each, found.get(each.id, ())) for each in workspaces))
        taken = [(workspace, step) for workspace, step in zip(workspaces, steps, strict=True) if step]
        for workspace, step in taken:
            self._begin(workspace, step)
        strays = found.keys() - {workspace.id for workspace in workspaces}
        for workspace_id in strays:  # ours, of a workspace that is erased
            await self._runtime.stop(workspace_id)
        return changed + len(taken) + len(strays)

    async def _run(self) -> None:
        while True:
            try:
                changed = await self.once()
            except CannotRun as error:
                log.error("What runs cannot be seen, and so not be mended: %s", error)
                changed = 0
            except Exception as error:
                log.error("A pass could not be finished; the next one begins anew: %s", without_words(error))
                changed = 0
            await self._wait(AGAIN_AFTER if changed else EVERY)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._nudge.wait()
        except TimeoutError:
            pass
        self._nudge.clear()

    async def _note_what_is_due(self) -> None:
        """Looked for by reading: a pass with nothing to do writes nothing."""
        for workspace_id in await self._db.read(queries.to_erase):
            await self._db.write(queries.want, workspace_id, "erased", "closed")
        for workspace_id in await self._db.read(queries.due_to_wake):
            await self._db.write(queries.wake, workspace_id)

    async def _tell(self, workspaces: Iterable[Workspace]) -> int:
        """Each workspace its names, and the edge whose names they are."""
        told = [workspace for workspace in workspaces if workspace.wanted != "erased"]
        try:
            changed = await self._telling.tell_edge()
            return changed + sum([await self._telling.tell(workspace) for workspace in told])
        except OSError as error:  # a full disk keeps news from workspaces, and no workspace from running
            log.error("Not every workspace could be told what it should know: %s", error.strerror)
            return 0

    async def _step(self, workspace: Workspace, found: Sequence[Found]) -> Step | None:
        if workspace.id in self._steps or self._turns.is_taken(workspace.id):
            return None  # somebody is at work; the next pass looks again
        socket = self._folders.socket(workspace.id)
        version = spec_of(workspace).version
        step = next_step(workspace, found, version, now(), has_stray_socket=not found and is_stray(socket))
        if step is None and found and not await self._is_well(workspace, found[0]):
            return "stop"
        return step

    async def _is_well(self, workspace: Workspace, found: Found) -> bool:
        """False once it has been silent too often; that is one failure."""
        socket = self._folders.socket(workspace.id)
        if await answers(socket, ANSWER_SECONDS):
            self._starting.answered_at[workspace.id] = now()
            self._silent.pop(workspace.id, None)
            return True
        if self._is_starting(workspace, found):
            return True
        self._silent[workspace.id] = self._silent.get(workspace.id, 0) + 1
        if self._silent[workspace.id] < (HANGS_AFTER if is_served(socket) else LOST_AFTER):
            return True
        del self._silent[workspace.id]
        await self._db.write(queries.note_failure, workspace.id)
        return False

    def _is_starting(self, workspace: Workspace, found: Found) -> bool:
        """It has never answered yet and need not; whoever did and is not served any more has lost its socket."""
        has_answered = self._starting.answered_at.get(workspace.id, 0) >= found.started_at
        is_new = not has_answered and now() - found.started_at < START_SECONDS
        return is_new and not is_served(self._folders.socket(workspace.id))

    def _begin(self, workspace: Workspace, step: Step) -> None:
        task = self._steps[workspace.id] = asyncio.create_task(self._take(workspace, step))
        task.add_done_callback(lambda _: self._steps.pop(workspace.id, None))

    async def _take(self, workspace: Workspace, step: Step) -> None:
        try:
            async with self._turns.turn(workspace.id, UPGRADE_SECONDS if workspace.upgrading else STEP_SECONDS):
                # Somebody may have been at work since, so what is wanted is read again.
                current = await self._db.read(queries.workspace, workspace.id)
                if current is not None and _is_wanted_alike(current, workspace):
                    await self._make(current, step)
        except (CannotRun, DidNotStart, TimeoutError) as error:
            log.warning("The step “%s” of workspace %s failed: %s", step, workspace.id, error)
        except Exception as error:  # the disk is full, say; the next pass tries again
            log.error("The step “%s” of workspace %s failed: %s", step, workspace.id, without_words(error))

    async def _make(self, workspace: Workspace, step: Step) -> None:
        match step:
            case "finish upgrade":
                await self._upgrading.finish(workspace)
            case "start":
                await self._starting.start(workspace)
            case "stop":
                await self._runtime.stop(workspace.id)
            case "forget failures":
                await self._db.write(queries.forget_failures, workspace.id)
            case "erase":
                await self._erase(workspace)

    async def _erase(self, workspace: Workspace) -> None:
        await self._runtime.remove(workspace.id)
        given.forget(self._folders, workspace.id)
        letter = self._letters.write("erased", name=workspace.name)
        await self._db.write(erasing.note_erased, workspace, letter)


def _is_wanted_alike(one: Workspace, other: Workspace) -> bool:
    """Else the step was meant for what is not wanted any more: it may have been woken or upgraded since."""
    ones, others = ((each.wanted, each.should_run, each.image, each.upgrading) for each in (one, other))
    return ones == others
