"""`/webhooks`: what a workspace hands to its owner's server, once the owner has allowed that host in the console."""

from typing import Annotated

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import Body

from control_plane.gateway import caps, queries
from control_plane.gateway.door import AnyRequest, for_workspaces
from control_plane.gateway.fetching import MEDIA_TYPE, host_of
from control_plane.gateway.models import Caller
from control_plane.gateway.noting import AMOUNT
from control_plane.gateway.web import SharedWeb
from trulybot.kit.database import Database
from trulybot.kit.errors import TooLarge, Unprocessable
from trulybot.kit.limits import Limits
from trulybot.kit.net.outcomes import Refused
from trulybot.kit.net.wire import MOST_POSTED, Post, line_of
from trulybot.kit.texts import with_values

OURS = frozenset({"host", "user-agent", "content-length", "transfer-encoding", "connection"})
MOST_HEADERS = 20
LONGEST_HEADER = 1000


@post("/webhooks", status_code=200, opt=for_workspaces("webhook", caps.POSTS))
async def hand_over(
    data: Annotated[Post, Body()],
    request: AnyRequest,
    caller: NamedDependency[Caller],
    limits: NamedDependency[Limits],
    db: NamedDependency[Database],
    web: NamedDependency[SharedWeb],
) -> Response[bytes]:
    """A line with what came of it."""
    _check(data)
    host = host_of(data.url)
    if host and not db.glance(queries.is_granted, caller.workspace, "webhook", host):
        await db.write(queries.ask, caller.workspace, "webhook", host, caps.MOST_WAITING)
        return Response(line_of(Refused(data.url, "confirmation")), media_type=MEDIA_TYPE)
    limits.spend(caps.OF_ONE_HOST, host)
    request.scope["state"][AMOUNT] = len(data.body)
    return Response(line_of(await web.post(caller.workspace, data)), media_type=MEDIA_TYPE)


def _check(wish: Post) -> None:
    if len(wish.body) > MOST_POSTED:
        raise TooLarge(with_values("Send at most %(most)s bytes to a webhook.", most=MOST_POSTED))
    if len(wish.headers) > MOST_HEADERS or not all(_may_be_sent(*header) for header in wish.headers.items()):
        raise Unprocessable("These headers may not be sent to a webhook.")


def _may_be_sent(name: str, value: str) -> bool:
    is_token = name.replace("-", "").isalnum() and name.isascii() and name.lower() not in OURS
    return is_token and len(value) <= LONGEST_HEADER and value.isascii() and value.isprintable()
