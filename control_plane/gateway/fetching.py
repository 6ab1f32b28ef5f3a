"""`/fetch`: a page of the public web for a workspace that has no network."""

from collections.abc import AsyncIterator
from typing import IO, Annotated

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import Body
from litestar.response import Stream

from control_plane.gateway import caps
from control_plane.gateway.door import AnyRequest, for_workspaces
from control_plane.gateway.models import Caller
from control_plane.gateway.noting import AMOUNT
from control_plane.gateway.web import SharedWeb
from trulybot.kit.limits import Limits
from trulybot.kit.net.outcomes import Fetched
from trulybot.kit.net.urls import NotAWebAddress, web_address
from trulybot.kit.net.wire import Fetch, line_of

STEP = 64 * 1024
MEDIA_TYPE = "application/octet-stream"


@post("/fetch", status_code=200, opt=for_workspaces("fetch", caps.FETCHES))
async def fetch(
    data: Annotated[Fetch, Body()],
    request: AnyRequest,
    caller: NamedDependency[Caller],
    limits: NamedDependency[Limits],
    web: NamedDependency[SharedWeb],
) -> Response[bytes] | Stream:
    """A line with what came of it, then the page, if it is one."""
    limits.spend(caps.OF_ONE_HOST, host_of(data.url))
    outcome = await web.get(caller.workspace, data)
    if not isinstance(outcome, Fetched):
        return Response(line_of(outcome), media_type=MEDIA_TYPE)
    page = outcome.path.open("rb")
    outcome.path.unlink()  # it lives as long as somebody reads it, whatever becomes of us
    limits.spend(caps.FETCHED_BYTES, caller.workspace, outcome.size)
    request.scope["state"][AMOUNT] = outcome.size
    return Stream(_pieces(line_of(outcome), page), media_type=MEDIA_TYPE)


def host_of(url: str) -> str:
    """Empty where the client will not go either."""
    try:
        return web_address(url).host
    except NotAWebAddress:
        return ""


async def _pieces(line: bytes, page: IO[bytes]) -> AsyncIterator[bytes]:
    with page:
        yield line
        while step := page.read(STEP):  # from the page cache, where it has just been written
            yield step
