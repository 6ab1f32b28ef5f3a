"""The seven verbs over HTTP. What does not fit their structs is refused before anything is done."""

from litestar import post
from litestar.di import NamedDependency

from control_plane.spec import Spec
from control_plane.warden.warden import Warden
from control_plane.warden.wire import Logs, Named, Observe, Observed, Once, Printed, Stop


@post("/observe", status_code=200)
async def observe(data: Observe, warden: NamedDependency[Warden]) -> Observed:
    return await warden.observe(data.sizes)


@post("/ensure", status_code=204)
async def ensure(data: Spec, warden: NamedDependency[Warden]) -> None:
    """Its folders, and a container for exactly this; what runs already stays."""
    await warden.ensure(data)


@post("/start", status_code=204)
async def start(data: Named, warden: NamedDependency[Warden]) -> None:
    await warden.start(data.workspace)


@post("/stop", status_code=204)
async def stop(data: Stop, warden: NamedDependency[Warden]) -> None:
    await warden.stop(data.workspace, data.at_once)


@post("/remove", status_code=204)
async def remove(data: Named, warden: NamedDependency[Warden]) -> None:
    """Its containers, its data and its folders."""
    await warden.remove(data.workspace)


@post("/logs", status_code=200)
async def logs(data: Logs, warden: NamedDependency[Warden]) -> Printed:
    return Printed(await warden.logs(data.workspace, data.most_bytes))


@post("/run_once", status_code=200)
async def run_once(data: Once, warden: NamedDependency[Warden]) -> Printed:
    return Printed(await warden.run_once(data.spec, data.job))


VERBS = [observe, ensure, start, stop, remove, logs, run_once]
