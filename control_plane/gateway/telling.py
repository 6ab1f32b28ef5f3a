"""What workspaces tell us: that they are idle, and what happened there that should not."""

import logging
from collections.abc import Awaitable, Callable
from typing import Annotated

from litestar import Response, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.params import Body

from control_plane.gateway import caps
from control_plane.gateway.door import Door, for_workspaces
from control_plane.gateway.models import Caller
from trulybot.contract import Idle, SecurityEvent
from trulybot.kit.logs import without_words

Sleep = Callable[[str, int | None], Awaitable[None]]

log = logging.getLogger(__name__)


@post("/idle", status_code=204, opt=for_workspaces("idle", caps.TELLING))
async def idle(
    data: Annotated[Idle, Body()], caller: NamedDependency[Caller], sleep: NamedDependency[Sleep]
) -> Response[None]:
    """It is answered before it is stopped."""
    stopping = BackgroundTask(_stop, sleep, caller.workspace, data.up_again_at)
    return Response(None, status_code=204, background=stopping)


@post("/security-events", status_code=204, opt=for_workspaces("security event", caps.TELLING))
async def security_event(
    data: Annotated[SecurityEvent, Body()], caller: NamedDependency[Caller], door: NamedDependency[Door]
) -> None:
    await door.note(caller.workspace, data.kind, data.detail)


async def _stop(sleep: Sleep, workspace: str, up_again_at: int | None) -> None:
    try:
        await sleep(workspace, up_again_at)
    except Exception as error:  # converge finds it awake although it should not be, and stops it
        log.warning("Workspace %s could not be stopped at once: %s", workspace, without_words(error))
