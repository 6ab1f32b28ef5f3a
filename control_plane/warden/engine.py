"""Docker, asked for what the template says and for nothing else. What does not bear our mark is never touched."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Literal

import aiodocker
import aiohttp
import msgspec
from aiodocker.containers import DockerContainer
from aiodocker.multiplexed import MultiplexedResult

from control_plane.spec import Spec
from control_plane.warden import template
from control_plane.warden.template import INSTANCE, JOB, VERSION, WORKSPACE, Place
from control_plane.warden.wire import (
    CALL_SECONDS,
    JOB_SECONDS,
    LOOK_SECONDS,
    MOST_LOG_BYTES,
    STOP_SECONDS,
    Container,
)
from trulybot.contract import Job

API = "v1.45"  # Engine 26: the first that mounts a part of a volume
ALIVE = ("running", "restarting", "paused")
MOST_LINES = 5000
LONGEST_COMPLAINT = 4000  # bytes

Stream = Literal["stdout", "stderr"]


class EngineFailed(Exception):
    """Docker refused, failed or did not answer. The sentence is for the operator."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status


class Engine:
    """Call it in one event loop and `close` it there."""

    def __init__(self, address: str, place: Place) -> None:
        self._place = place
        # Waiting is limited below, call by call: some jobs take their time.
        self._docker = aiodocker.Docker(address, api_version=API, timeout=aiohttp.ClientTimeout())

    async def close(self) -> None:
        await self._docker.close()

    async def containers(self) -> list[Container]:
        """Those in which workspaces run."""
        found = [each for each in await self._serving() if each["State"] in ALIVE]
        seen = await asyncio.gather(*(self._seen(each) for each in found))
        return [each for each in seen if each is not None]

    async def ensure(self, spec: Spec, uid: int) -> None:
        """A container for exactly this, running or not. Another one of the workspace's is replaced unless it runs."""
        for found in await self._serving(spec.workspace):
            if found["Labels"].get(VERSION) == spec.version or found["State"] in ALIVE:
                return
            await self._delete(found)
        try:
            await self._create(template.serving(spec, self._place, uid), template.name_of(self._place, spec.workspace))
        except EngineFailed as error:
            if error.status != 409 or not await self._serving(spec.workspace):  # not made by somebody else meanwhile
                raise

    async def start(self, workspace: str) -> None:
        found = await self._serving(workspace)
        if not found:
            raise EngineFailed(f"The workspace {workspace} has no container.", 404)
        async with _asking():
            await found[0].start()

    async def stop(self, workspace: str, at_once: bool = False) -> None:
        for found in await self._serving(workspace):
            if found["State"] == "paused":  # by a hand other than ours; it could not hear that it should stop
                async with _asking(unless=(404, 409)):
                    await found.unpause()
            if found["State"] in ALIVE:
                async with _asking(STOP_SECONDS, unless=(404,)):
                    await found.stop(t=0 if at_once else template.STOP_SECONDS)

    async def remove(self, workspace: str) -> None:
        """Every container of it, jobs too."""
        await self.stop(workspace)
        for found in await self._marked(workspace):
            await self._delete(found)

    async def logs(self, workspace: str, most_bytes: int) -> str:
        """The latest lines it wrote, of at most so many bytes."""
        found = await self._serving(workspace)
        return await self._written(found[0], ("stdout", "stderr"), most_bytes) if found else ""

    async def run_once(self, spec: Spec, uid: int, job: Job) -> str:
        """What the job printed; raises EngineFailed with its complaint when it failed or took too long."""
        await self._clear_ended_jobs(spec.workspace)
        name = template.name_of(self._place, spec.workspace, is_job=True)
        created = await self._create(template.job(spec, self._place, uid, job), name)
        try:
            async with _asking():
                await created.start()
            async with _asking(JOB_SECONDS):
                ended = await created.wait()
            if ended["StatusCode"]:
                complaint = (await self._written(created, ("stderr",), LONGEST_COMPLAINT)).strip()
                raise EngineFailed(f"The job {job} of workspace {spec.workspace} failed: {complaint}")
            return await self._written(created, ("stdout",), MOST_LOG_BYTES)
        finally:
            await asyncio.shield(self._delete(created))

    async def digest_of(self, reference: str) -> str | None:
        """None where there is no such image."""
        async with _asking(LOOK_SECONDS, unless=(404,)):
            return str((await self._docker.images.inspect(reference))["Id"])
        return None

    async def digests_in(self, repository: str) -> list[str]:
        """Of all tags in a repository of this host."""
        async with _asking(LOOK_SECONDS):
            found = await self._docker.images.list(filters={"reference": [repository]})
        return [each["Id"] for each in found]

    async def tag(self, digest: str, repository: str, tag: str) -> None:
        async with _asking():
            await self._docker.images.tag(digest, repository, tag=tag)

    async def _marked(self, workspace: str | None = None) -> list[DockerContainer]:
        """All containers of ours, or of one workspace of ours."""
        marks = [f"{INSTANCE}={self._place.instance}", *([f"{WORKSPACE}={workspace}"] if workspace else [])]
        async with _asking(LOOK_SECONDS):
            filters = msgspec.json.encode({"label": marks}).decode()
            return list(await self._docker.containers.list(all=True, filters=filters))

    async def _serving(self, workspace: str | None = None) -> list[DockerContainer]:
        """Those that are for serving: one a workspace, or none yet."""
        return [each for each in await self._marked(workspace) if JOB not in each["Labels"]]

    async def _seen(self, found: DockerContainer) -> Container | None:
        """None where it has gone since it was listed."""
        async with _asking(LOOK_SECONDS, unless=(404,)):
            inspected = await found.show()
            state, labels = inspected["State"], inspected["Config"]["Labels"]
            started = int(datetime.fromisoformat(state["StartedAt"][:19] + "+00:00").timestamp())
            # Paused by a hand other than ours it answers nobody: of no version, it is stopped and started anew.
            version = "" if state["Status"] == "paused" else labels.get(VERSION, "")
            return Container(labels[WORKSPACE], version, started, state["Pid"])
        return None

    async def _create(self, body: template.Json, name: str) -> DockerContainer:
        async with _asking():
            return await self._docker.containers.create(body, name=name)

    async def _delete(self, container: DockerContainer) -> None:
        async with _asking(unless=(404, 409)):
            await container.delete(force=True)

    async def _clear_ended_jobs(self, workspace: str) -> None:
        """What a warden that was killed left behind."""
        for found in await self._marked(workspace):
            if JOB in found["Labels"] and found["State"] not in ALIVE:
                await self._delete(found)

    async def _written(self, container: DockerContainer, streams: tuple[Stream, ...], most_bytes: int) -> str:
        """The end of it. The rest is let go as it comes: a workspace may write more than we have memory for."""
        kept = bytearray()
        params: dict[str, int] = {**{stream: 1 for stream in streams}, "tail": MOST_LINES}
        async with _asking(), self._docker._query(f"containers/{container.id}/logs", params=params) as answer:
            async for piece in MultiplexedResult(answer, raw=False):  # type: ignore[no-untyped-call]
                kept += piece
                del kept[:-most_bytes]
        return kept.decode(errors="replace")


@asynccontextmanager
async def _asking(seconds: float = CALL_SECONDS, unless: tuple[int, ...] = ()) -> AsyncIterator[None]:
    """Whatever goes wrong is EngineFailed; an answer with one of the statuses in `unless` is as good as none."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except aiodocker.DockerError as error:
        if error.status not in unless:
            raise EngineFailed(f"Docker refused: {error.message}", error.status) from error
    except TimeoutError as error:
        raise EngineFailed(f"Docker did not answer within {seconds:g} seconds.") from error
    except (aiohttp.ClientError, OSError) as error:
        raise EngineFailed(f"Docker cannot be reached: {error}") from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise EngineFailed(f"Docker answered what it never does: {type(error).__name__}") from error
