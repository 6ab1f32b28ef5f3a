"""Workspaces in containers, each behind its own wall. Docker itself is the warden's; this only asks it."""

import asyncio
from pathlib import Path
from time import monotonic

import httpx
import msgspec

from control_plane.folders import Folders
from control_plane.runtimes.runtime import CannotRun, Found
from control_plane.spec import Spec
from control_plane.warden.ground import uid_of
from control_plane.warden.wire import (
    CALL_SECONDS,
    HOST,
    JOB_SECONDS,
    MEASURE_SECONDS,
    STOP_SECONDS,
    Logs,
    Named,
    Observe,
    Observed,
    Once,
    Printed,
    Stop,
)
from trulybot.contract import Job

MEASURE_EVERY = 0.2  # seconds; all workspaces are measured at once


class DockerRuntime:
    """`warden` is the path of the warden's socket."""

    def __init__(self, folders: Folders, warden: Path) -> None:
        self._folders = folders
        transport = httpx.AsyncHTTPTransport(uds=str(warden))
        self._warden = httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}")
        self._measuring = asyncio.Lock()
        self._measured_at = -MEASURE_EVERY
        self._sizes: dict[str, int] = {}

    async def close(self) -> None:
        await self._warden.aclose()

    async def observe(self) -> dict[str, list[Found]]:
        found: dict[str, list[Found]] = {}
        for each in (await self._observed()).containers:
            found.setdefault(each.workspace, []).append(Found(each.workspace, each.version, each.started_at, each.pid))
        return found

    async def images(self) -> tuple[str, ...]:
        return tuple((await self._observed()).images)

    async def start(self, spec: Spec) -> None:
        await self._ask("ensure", spec)
        await self._ask("start", Named(spec.workspace))

    async def stop(self, workspace: str, at_once: bool = False) -> None:
        await self._ask("stop", Stop(workspace, at_once), STOP_SECONDS)

    async def remove(self, workspace: str) -> None:
        await self._ask("remove", Named(workspace), JOB_SECONDS)

    async def logs(self, workspace: str, most_bytes: int) -> str:
        return msgspec.json.decode(await self._ask("logs", Logs(workspace, most_bytes)), type=Printed).text

    async def size(self, workspace: str) -> int:
        async with self._measuring:
            if monotonic() - self._measured_at > MEASURE_EVERY:
                answer = await self._ask("observe", Observe(sizes=True), MEASURE_SECONDS)
                self._sizes = msgspec.json.decode(answer, type=Observed).sizes
                self._measured_at = monotonic()
        return self._sizes.get(workspace, 0)

    async def run_once(self, spec: Spec, job: Job) -> str:
        return msgspec.json.decode(await self._ask("run_once", Once(spec, job), JOB_SECONDS), type=Printed).text

    def uid_of(self, workspace: str) -> int | None:
        return uid_of(self._folders.data(workspace))

    async def _observed(self) -> Observed:
        return msgspec.json.decode(await self._ask("observe", Observe()), type=Observed)

    async def _ask(self, verb: str, what: msgspec.Struct, seconds: float = CALL_SECONDS) -> bytes:
        """The body of the answer. A little more time than the warden gives Docker: its sentence says more than ours."""
        try:
            answer = await self._warden.post(f"/{verb}", content=msgspec.json.encode(what), timeout=seconds + 5)
        except httpx.HTTPError as error:
            raise CannotRun(f"The warden did not answer to “{verb}”: {error!r}") from error
        if answer.is_error:
            raise CannotRun(_detail(answer))
        return answer.content


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"The warden answered {answer.status_code}."
