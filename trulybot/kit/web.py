"""The rim of the application: which Host is ours, who the client is, what headers go out, how an error reads."""

import asyncio
import logging
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from trulybot.kit.errors import (
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unprocessable,
    WrongHost,
)
from trulybot.kit.security import HEADERS

PROBLEM = "application/problem+json"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
LARGEST_PORT = 65535
LONGEST_DRAIN = 10  # seconds

ALWAYS = {**HEADERS, "cache-control": "no-store"}

log = logging.getLogger(__name__)


class Rim:
    """Outermost ASGI layer: refuses foreign hosts, finds the client's address, adds the security headers."""

    def __init__(self, hosts: frozenset[str], trusted_proxies: tuple[IPv4Network | IPv6Network, ...]) -> None:
        self._hosts = hosts
        self._proxies = trusted_proxies
        self._headers = [(name.encode(), value.encode()) for name, value in ALWAYS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send, app: ASGIApp) -> None:
        if scope["type"] != ScopeType.HTTP:
            return await app(scope, receive, send)
        headers = dict(scope["headers"])
        scope.setdefault("state", {})
        scope["state"]["client_address"] = self._client_address(scope, headers)
        body = _Body(receive)
        send = self._finishing(body, send)
        if scope["path"] != "/up" and not self._is_ours(headers.get(b"host", b"").decode("latin-1")):
            return await _refuse_host(send)
        await app(scope, body, send)

    def _is_ours(self, host: str) -> bool:
        name, _, port = host.lower().rpartition(":")
        if not port.isdecimal():
            name = host.lower()
        elif len(port) > 5 or int(port) > LARGEST_PORT:  # Litestar could make no address of it
            return False
        return name in self._hosts or name in LOOPBACK_NAMES or name.endswith(".localhost")

    def _client_address(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        """The nearest address that is not one of our own proxies. A unix socket's peer is always one."""
        client = scope.get("client")
        address = client[0] if client else ""
        if client and not self._is_trusted(address):
            return address
        for hop in reversed(headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")):
            address = hop.strip() or address
            if not self._is_trusted(address):
                break
        return address

    def _is_trusted(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self._proxies)
        except ValueError:
            return False

    def _finishing(self, body: "_Body", send: Send) -> Send:
        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] == 413:
                    await _drain(body)
                message["headers"] = [*message["headers"], *self._missing(message["headers"])]
            await send(message)

        return finish

    def _missing(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        present = {name.lower() for name, _ in headers}
        return [pair for pair in self._headers if pair[0] not in present]


def refusal_from(error: Exception) -> Refusal:
    """What a person is told about an exception; the unexpected is logged and said to be our fault."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ValidationException):
        return Invalid(_field_sentence(error))
    if isinstance(error.__cause__, msgspec.ValidationError) and "`$.data." in str(error.__cause__):
        return Invalid(_namesake_sentence(error.__cause__))
    # Of text that is no UTF-8, and of nesting that never ends, msgspec raises these two.
    if isinstance(error, msgspec.DecodeError | UnicodeDecodeError | RecursionError):
        return Invalid("The body is not what this address takes. See /openapi.json.")
    # Litestar takes the blame for a wrong field of a body that is called as one of our dependencies is.
    if isinstance(error, HTTPException) and isinstance(error.__cause__, msgspec.ValidationError):
        return refusal_from(error.__cause__)
    if isinstance(error, HTTPException) and error.status_code < 500:
        return _from_http(error)
    log.error("Unexpected %s", type(error).__name__, exc_info=error)
    unexpected = Unavailable("Something went wrong on our side. It was noted; try again in a moment.")
    unexpected.status, unexpected.title = 500, "Internal error"
    return unexpected


def problem(refusal: Refusal) -> Response[Any]:
    """A refusal as RFC 9457 problem details."""
    body = {"type": "about:blank", "title": refusal.title, "status": refusal.status, "detail": refusal.sentence}
    return Response(
        content={**body, **refusal.data},
        status_code=refusal.status,
        media_type=PROBLEM,
        headers=refusal_headers(refusal),
    )


def refusal_headers(refusal: Refusal) -> dict[str, str]:
    headers = {}
    if isinstance(refusal, TooMany | Unavailable):
        headers["retry-after"] = str(refusal.retry_after)
    if isinstance(refusal, Unauthenticated):
        headers["www-authenticate"] = "Bearer"
    return headers


def wants_page(request: "Request[Any, Any, Any]") -> bool:
    """Whether a person's browser asks, and not a program."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


async def _refuse_host(send: Send) -> None:
    refusal = WrongHost("This name is not served here. Set TRULYBOT_PUBLIC_URL to the address people use.")
    body = msgspec.json.encode(
        {"type": "about:blank", "title": refusal.title, "status": refusal.status, "detail": refusal.sentence}
    )
    headers = [(b"content-type", PROBLEM.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


class _Body:
    """A request's body as the application receives it; knows when it has come to its end."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.has_ended = False

    async def __call__(self) -> Any:
        message = await self._receive()
        self.has_ended = not message.get("more_body", False)
        return message


async def _drain(body: _Body) -> None:
    """Read on for a while before refusing a body: a client that is still sending would never see the answer."""
    try:
        async with asyncio.timeout(LONGEST_DRAIN):
            while not body.has_ended:
                await body()
    except TimeoutError:
        log.info("Gave up draining a body that was too large")


def _field_sentence(error: ValidationException) -> str:
    extra = error.extra if isinstance(error.extra, list) else []
    faults = [
        f"“{fault.get('key', 'body')}”: {fault.get('message', 'is wrong')}"
        for fault in extra
        if isinstance(fault, dict)
    ]
    return (
        "Check these fields and send it again: " + "; ".join(faults) + "."
        if faults
        else ("The request is not what this address takes. See /openapi.json.")
    )


def _namesake_sentence(fault: msgspec.ValidationError) -> str:
    """Of a body's field that is called like a dependency, such as `pages`: Litestar takes it for our own mistake."""
    message, _, place = str(fault).partition(" - at `$.data.")
    return f"Check these fields and send it again: “{place.rstrip('`')}”: {message}."


_SENTENCES: dict[int, Refusal] = {
    401: Unauthenticated("Sign in first, or send an API key as “Authorization: Bearer KEY”."),
    403: Forbidden("You may not do this."),
    404: NotFound("There is nothing at this address."),
    413: TooLarge("This is larger than this address takes. Send less."),
}


def _from_http(error: HTTPException) -> Refusal:
    if known := _SENTENCES.get(error.status_code):
        return known
    refusal = Unprocessable("This request cannot be served as it is. See /openapi.json for what this address takes.")
    refusal.status, refusal.title = error.status_code, "Not possible"
    return refusal
