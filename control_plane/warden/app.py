"""The warden's application: seven verbs for one caller."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.di import Provide

from control_plane.warden.engine import EngineFailed
from control_plane.warden.routes import VERBS
from control_plane.warden.warden import Warden
from control_plane.warden.wire import HOST
from trulybot.kit.application import Application
from trulybot.kit.errors import Forbidden, Unavailable
from trulybot.kit.rim import Rim
from trulybot.kit.web import problem, refusal_from

BODY_BYTES = 10_000

log = logging.getLogger(__name__)


def create_warden(warden: Warden) -> Litestar:
    app = Application(
        route_handlers=[up, *VERBS],
        dependencies={"warden": Provide(lambda: warden, sync_to_thread=False)},
        before_request=_admitting(warden.keeper),
        exception_handlers={EngineFailed: _answer_failed, Exception: _answer_refused},
        lifespan=[_closing(warden)],
        request_max_body_size=BODY_BYTES,
        logging_config=None,
        openapi_config=None,
    )
    # A workspace may put a link to this socket where its own should be: then what is asked is for another Host.
    app.rim = Rim(frozenset({HOST}), trusted_proxies=(), only_named=True)
    return app


@get("/up")
async def up() -> dict[str, str]:
    """That the warden serves; whether Docker does is for `observe` to find."""
    return {"status": "up"}


def _admitting(keeper: int) -> Any:
    """The control plane's own user and nobody else; root, who could have Docker's socket as well."""

    async def admit(request: Request[Any, Any, Any]) -> None:
        _, uid, _ = request.scope["state"].get("peer", (0, -1, 0))
        if uid not in (0, keeper):
            raise Forbidden("Only the control plane may ask this.")

    return admit


def _closing(warden: Warden) -> Any:
    @asynccontextmanager
    async def closing(_: Litestar) -> AsyncIterator[None]:
        yield
        await warden.engine.close()

    return closing


def _answer_failed(_: Request[Any, Any, Any], error: EngineFailed) -> Response[Any]:
    log.warning("%s", error)
    return problem(Unavailable(str(error)))


def _answer_refused(_: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    return problem(refusal_from(error))
