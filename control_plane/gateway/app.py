"""The gateway's application: what workspaces may ask for, and nothing else. Its parts live as long as the platform."""

from typing import Any

from litestar import Litestar, Request, Response
from litestar.di import Provide

from control_plane.gateway import chat, door, embeddings, fetching, mailing, telling, webhooks
from control_plane.gateway.gateway import Gateway
from control_plane.gateway.noting import Noting
from trulybot.kit.application import Application
from trulybot.kit.health import up
from trulybot.kit.rim import Rim
from trulybot.kit.web import problem, refusal_from

HOST = "gateway"
BODY_BYTES = 8 * 2**20
MOST_OF_A_PEER = 128  # connections; a workspace keeps some twenty, and all of them together must not use up ours


class _Noted(Application):
    noting: Noting
    most_of_a_peer = MOST_OF_A_PEER

    async def within_rim(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await self.noting(scope, receive, send, super().within_rim)
        else:
            await super().within_rim(scope, receive, send)


def create_gateway(gateway: Gateway) -> Litestar:
    app = _Noted(
        route_handlers=[
            up,
            embeddings.embed,
            chat.complete,
            fetching.fetch,
            webhooks.hand_over,
            mailing.send,
            telling.idle,
            telling.security_event,
        ],
        dependencies=_dependencies(gateway),
        before_request=gateway.door.admit,
        exception_handlers={Exception: _answer_refused},
        request_max_body_size=BODY_BYTES,
        logging_config=None,
        openapi_config=None,
    )
    app.rim = Rim(frozenset({HOST}), trusted_proxies=(), only_named=True)
    app.noting = gateway.noting
    door.assert_declared(app)
    return app


def _dependencies(gateway: Gateway) -> dict[str, Provide]:
    """What handlers may ask for, by the name of their parameter."""
    parts = {
        "db": gateway.db,
        "limits": gateway.limits,
        "door": gateway.door,
        "embedder": gateway.embedder,
        "chatting": gateway.chatting,
        "web": gateway.web,
        "mailing": gateway.mailing,
        "sleep": gateway.sleep,
    }
    given = {name: Provide(_giving(part), sync_to_thread=False) for name, part in parts.items()}
    return {**given, "caller": Provide(door.caller_of, sync_to_thread=False)}


def _giving(part: Any) -> Any:
    return lambda: part


def _answer_refused(_: "Request[Any, Any, Any]", error: Exception) -> Response[Any]:
    return problem(refusal_from(error))
