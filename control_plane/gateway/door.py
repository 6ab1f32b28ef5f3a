"""Who is it? A workspace shows its token, and the kernel says which user's process holds the other end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from litestar import Litestar, Request
from litestar.handlers import BaseRouteHandler

from control_plane.gateway import queries
from control_plane.gateway.models import Caller, Verb
from control_plane.gateway.noting import CALLER, VERB
from control_plane.workspaces.queries import note_security_event
from trulybot.kit import security
from trulybot.kit.access import handlers
from trulybot.kit.clock import HOUR
from trulybot.kit.database import Database
from trulybot.kit.errors import CannotStart, Forbidden, TooMany, Unauthenticated
from trulybot.kit.limits import Limit, Limits

WRONG_PEER = "token from another peer"
NOTED = Limit("security events", times=60, seconds=HOUR)

AnyRequest = Request[Any, Any, Any]


def for_workspaces(verb: Verb, limit: Limit) -> dict[str, Any]:
    """A route's declaration: `@post("/path", opt=for_workspaces("mail", LIMIT))`. The limit counts per workspace."""
    return {"verb": verb, "limit": limit}


def assert_declared(app: Litestar) -> None:
    """Raises CannotStart when a route says neither that it is a workspace's nor that it is anyone's."""
    silent = [
        path for path, handler in handlers(app) if "verb" not in handler.opt and handler.opt.get("who") != "anyone"
    ]
    if silent:
        raise CannotStart(f"These routes do not say who may call them: {', '.join(sorted(silent))}.")


@dataclass(frozen=True)
class Door:
    """`uid_of` gives the user that a workspace's processes run as, where the runtime knows one."""

    db: Database
    limits: Limits
    uid_of: Callable[[str], int | None]

    async def admit(self, request: AnyRequest) -> None:
        """The hook before each request."""
        handler: BaseRouteHandler = request.route_handler
        if "verb" not in handler.opt:
            return
        state = request.scope["state"]
        caller = await self._caller(request)
        state[CALLER], state[VERB] = caller, handler.opt["verb"]
        self.limits.spend(handler.opt["limit"], caller.workspace)

    async def note(self, workspace: str, kind: str, detail: str) -> None:
        """Write a security event down, unless there were a great many of this workspace's already."""
        self.limits.spend(NOTED, workspace)
        await self.db.write(note_security_event, workspace, kind, detail)

    async def _caller(self, request: AnyRequest) -> Caller:
        caller = self._shown(request.headers.get("authorization", ""))
        if caller is None:
            raise Unauthenticated("Show this workspace’s token as “Authorization: Bearer TOKEN”.")
        expected, (_, uid, _) = self.uid_of(caller.workspace), request.scope["state"].get("peer", (0, -1, 0))
        if expected is not None and uid != expected:
            await self._note_wrong_peer(caller, uid)
            raise Forbidden("This token belongs to another workspace.")
        return caller

    def _shown(self, authorization: str) -> Caller | None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        return self.db.glance(queries.caller, security.hashed(token.strip()))

    async def _note_wrong_peer(self, caller: Caller, uid: int) -> None:
        try:
            await self.note(caller.workspace, WRONG_PEER, f"uid {uid}")
        except TooMany:
            return


def caller_of(request: AnyRequest) -> Caller:
    """A dependency of handlers."""
    caller: Caller = request.scope["state"][CALLER]
    return caller
